"""Random records, framings, limits and writes: the reference agrees.

CFLT_SEEDS=100 runs as many; a failure names its seed, CFLT_SEED runs it alone.
"""
import os
import random
import unittest

import serve_program
from program import secret, wrong
from serve_program import HOST, connect, free_port
from serve_reference import frames, pieces, unframe

KEYS = [secret(number).encode() for number in range(6)]
FRAGMENTS = (*KEYS, *(wrong(9 + number).encode() for number in range(3)),
             KEYS[0][:50], KEYS[1][30:], b"cflt", b"cfl", b"\n", b"\0", b"\r",
             b"12 <", b" ", b"#012", b"\xff\xfe", b"plain text, ", b"****")
CONNECTIONS = 4


def record(rng):
    made = b"".join(rng.choices(FRAGMENTS, k=rng.choice((0, 1, 3, 9))))
    if rng.random() < 0.1:
        size = rng.choice((500, 5000, 70000, 300000))
        made += rng.randbytes(7).hex().encode() * (size // 14)
        made += rng.choice(KEYS)
    return made


def framed(framing, rng, count):
    """What a sender writes; `auto` begins as syslog does."""
    if framing == "octet_counting" or (framing == "auto"
                                       and rng.random() < 0.5):
        made = [b"<13>" + record(rng) for _ in range(count)]
        return b"".join(b"%d %s" % (len(each), each) for each in made)
    end = b"\0" if framing == "nul" else b"\n"
    first = b"<13>" if framing == "auto" else b""
    return end.join([first, *(record(rng) for _ in range(count))])


def in_pieces(data, rng):
    at = 0
    while at < len(data):
        size = rng.choice((1, 7, 60, 500, 4000, 65536, 262144))
        yield data[at:at + size]
        at += size


class Random(serve_program.Case):
    def test_every_seed_agrees_with_the_reference(self):
        alone = os.environ.get("CFLT_SEED")
        seeds = [int(alone)] if alone else range(
            int(os.environ.get("CFLT_SEEDS", "12")))
        for seed in seeds:
            with self.subTest(f"CFLT_SEED={seed}"):
                self.assert_agrees(random.Random(seed))

    def assert_agrees(self, rng):
        kind = rng.choice(("syslog", "lines"))
        came = rng.choice({"syslog": ("auto", "newline", "octet_counting"),
                           "lines": ("newline", "nul")}[kind])
        limit = rng.choice((512, 1000, 4096, 65536, 1 << 20))
        too_long = rng.choice(("split", "truncate"))
        goes = [(rng.choice(("newline", "nul", "octet_counting")),
                 rng.choice(("escape", "split", "keep"))) for _ in range(2)]
        source, outs = free_port(), [free_port() for _ in goes]
        receivers = [self.receive(port) for port in outs]
        daemon = self.serve({
            "service": {"workers": rng.choice((1, 2))},
            "redact": {"truncated": "pass"},
            "sources": {"app": {
                "type": kind, "address": f"tcp://{HOST}:{source}",
                "framing": came, "max_length": limit, "too_long": too_long}},
            "sinks": {f"out{number}": {
                "type": "lines", "inputs": ["app"], "framing": framing,
                "address": f"tcp://{HOST}:{outs[number]}",
                **({} if framing == "octet_counting" else
                   {"embedded_newline": embedded})}
                for number, (framing, embedded) in enumerate(goes)}})
        count = 0
        for _ in range(CONNECTIONS):
            stream = framed(came, rng, rng.choice((3, 50, 300)))
            with connect(source) as sender:
                for piece in in_pieces(stream, rng):
                    sender.sendall(piece)
            records = [piece for each in unframe(came, stream,
                                                 kind == "syslog")
                       for piece in pieces(each, limit, too_long)]
            for (framing, embedded), receiver in zip(goes, receivers):
                self.assert_received(receiver, b"".join(
                    frame for each in records
                    for frame in frames(framing, each, embedded)))
            count += len(records)
        page = daemon.settled()
        self.assertEqual(page("source_records_total")
                         + page("source_split_records_total"), count)
        daemon.stop()

    def assert_received(self, receiver, expected):
        self.assert_same(bytes(receiver.wait_for_bytes(len(expected))),
                         expected)
        for stream in receiver.streams:
            stream.clear()


if __name__ == "__main__":
    unittest.main()
