"""Every framing of a source to every framing of a sink: docs/records.md."""
import functools
import socket
import unittest

import serve_program
from program import secret, wrong
from serve_program import HOST, MARK, connect, free_port
from serve_reference import TERMINATORS, UDP_BYTES, frames, pieces, unframe

KEY = secret(1).encode()
TEXT = MARK.encode()
RECORDS = (  # each is written in each framing that can carry it
    TEXT + b" plain",
    b"<13>1 - h " + TEXT + b" key=" + KEY + b".",
    KEY,
    KEY + KEY + b" " + wrong(2).encode(),
    b"",
    b"\r",
    TEXT + b"\r",
    b"\xff\xfe bad UTF-8 \xc3 " + KEY,
    b"12 <13>not a frame here",
    TEXT + b"\n" + KEY + b"\nthree lines",
    b"\n\n" + TEXT + b"\n\n",
    TEXT + b"\0" + KEY + b"\0three strings",
    b"\0\0",
    b"\n",
    b"a" * (UDP_BYTES - 4) + KEY,
    b"b" * 70000 + KEY,
)
SOURCES = {  # name: type, scheme, framing, how the test frames
    "newline": ("lines", "tcp", "newline", "newline"),
    "nul": ("lines", "tcp", "nul", "nul"),
    "counts": ("syslog", "tcp", "octet_counting", "octet_counting"),
    "auto_lines": ("syslog", "tcp", "auto", "newline"),
    "auto_counts": ("syslog", "unix", "auto", "octet_counting"),
    "syslog_lines": ("syslog", "tcp", "newline", "newline"),
    "unix_lines": ("lines", "unix", "newline", "newline"),
    "udp": ("syslog", "udp", None, "datagram"),
    "udp_lines": ("lines", "udp", None, "datagram"),
    "unixgram": ("syslog", "unixgram", None, "datagram"),
}
SINKS = {  # name: scheme, framing, embedded_newline
    **{f"{framing}_{embedded}": ("tcp", framing, embedded)
       for framing in ("newline", "nul")
       for embedded in ("escape", "split", "keep")},
    "counted": ("tcp", "octet_counting", None),
    "unix_counted": ("unix", "octet_counting", None),
    "udp_out": ("udp", "udp", None),
    "unixgram_out": ("unixgram", "unixgram", None),
}
LONG = 60000
ENDINGS = (b"", b"\n", b"\0", b"\n\n", b"\n\0", b"\r\n")


def is_datagram(scheme):
    return scheme in ("udp", "unixgram")


def kind(scheme):
    return socket.SOCK_DGRAM if is_datagram(scheme) else socket.SOCK_STREAM


def wire(framing, record):
    """A record as the test writes it, with every ending it may have."""
    if framing in TERMINATORS:
        return [record + TERMINATORS[framing]]
    endings = ENDINGS if len(record) < LONG else ENDINGS[:1]
    ended = [record + ending for ending in endings]
    if framing == "octet_counting":
        return [b"%d %s" % (len(each), each) for each in ended if each]
    return [each for each in ended if len(each) <= UDP_BYTES]


def expected_records(source, sent):
    type_, _, _, framing = SOURCES[source]
    framed = sent if framing == "datagram" else [b"".join(sent)]
    return [piece for data in framed
            for record in unframe(framing, data, type_ == "syslog")
            for piece in pieces(record)]


@functools.cache
def groups(framing):
    """All that a source gets. A long record stands alone: it fills a kernel's
    buffer of datagrams. The last of a stream is cut off by its end."""
    first = b"<13>" if framing == "octet_counting" else b""
    found = [wire(framing, first + TEXT)]
    for record in RECORDS:
        written = wire(framing, record)
        if len(record) < LONG and len(found[-1][0]) < LONG:
            found[-1] += written
        elif written:
            found.append(written)
    cut_off = b"99 " if framing == "octet_counting" else b""
    return [*found, [cut_off + TEXT + KEY]]


class Framings(serve_program.Case):
    def setUp(self):
        super().setUp()
        self.addresses = {
            name: free_port() if scheme in ("tcp", "udp")
            else self.folder / name
            for name, scheme in [
                *((name, each[1]) for name, each in SOURCES.items()),
                *((name, each[0]) for name, each in SINKS.items())]}
        self.receivers = {
            name: self.receive(self.addresses[name], kind(scheme))
            for name, (scheme, *_) in SINKS.items()}
        self.daemon = self.serve(self.config())

    def url(self, scheme, name):
        where = self.addresses[name]
        return (f"{scheme}://{HOST}:{where}" if isinstance(where, int)
                else f"{scheme}://{where}")

    def config(self):
        sources = {
            name: {"type": kind_of, "address": self.url(scheme, name),
                   **({"framing": framing} if framing else {})}
            for name, (kind_of, scheme, framing, _) in SOURCES.items()}
        sinks = {
            name: {"type": "lines", "inputs": ["*"],
                   "address": self.url(scheme, name),
                   **({} if is_datagram(scheme) else {"framing": framing}),
                   **({"embedded_newline": embedded} if embedded else {}),
                   "buffer": {"max_size": "8MiB"}}
            for name, (scheme, framing, embedded) in SINKS.items()}
        return {"sources": sources, "sinks": sinks}

    def test_every_source_to_every_sink(self):
        for source, (_, scheme, _, framing) in SOURCES.items():
            before = self.daemon.metrics()
            expected = []
            with connect(self.addresses[source], kind(scheme)) as sender:
                for group in groups(framing):
                    for piece in group:
                        sender.sendall(piece)
                    if group is groups(framing)[-1]:
                        sender.close()
                    expected += self.assert_passed_on(source, group)
            self.assert_counted(source, expected, before)

    def assert_passed_on(self, source, group):
        records = expected_records(source, group)
        for sink in SINKS:
            with self.subTest(f"{source} to {sink}"):
                self.assert_sink(sink, records)
        return records

    def assert_counted(self, source, expected, before):
        after = self.daemon.settled(
            before("source_records_total") + len(expected))
        with self.subTest(f"counts of {source}"):
            for name, labels, count in (
                    ("source_records_total", {}, len(expected)),
                    ("dropped_records_total", {"sink": "counted"},
                     sum(not record for record in expected))):
                labels["source"] = source
                self.assertEqual(after(name, **labels)
                                 - before(name, **labels), count)

    def assert_sink(self, sink, records):
        scheme, framing, embedded = SINKS[sink]
        receiver = self.receivers[sink]
        wanted = [frame for record in records
                  for frame in frames(framing, record, embedded)]
        if is_datagram(scheme):
            receiver.wait_for(lambda r: len(r.datagrams) >= len(wanted))
            got, receiver.datagrams = receiver.datagrams, []
            self.assertEqual(len(got), len(wanted))
        else:
            got = [receiver.wait_for_bytes(sum(map(len, wanted)))]
            del receiver.streams[0][:]
        self.assert_same(b"".join(got), b"".join(wanted))


if __name__ == "__main__":
    unittest.main()
