"""Streams of rubbish, and streams in any pieces."""
import base64
import random
import socket
import unittest

import program
import serve_faults as serve
from program import MASK
from serve_ends import SECRET, Receiver, connect, is_closed, send
from serve_faults import Daemon
from serve_reference import unframe

GOOD = b"<13>good key=" + SECRET.encode()
MASKED = GOOD.replace(SECRET.encode(), MASK.encode())
MIB = 1 << 20


def counted(*records):
    return b"".join(b"%d %s" % (len(each), each) for each in records)


def lines_of_syslog(data):
    return b"".join(line + b"\n" for line in unframe("newline", data, True))


class Case(program.Case):
    def start(self, sink_options=None, **source_options):
        self.port = serve.free_port()
        self.receiver = Receiver(self)
        self.daemon = Daemon(self, serve.config(
            {"app": serve.tcp_source(self.port, **source_options)},
            {"out": serve.tcp_sink(self.receiver.port,
                                   **(sink_options or {}))}))

    out = 0  # bytes that earlier parts of a test have read

    def assert_received(self, wanted):
        self.receiver.wait_for(len(wanted))
        self.daemon.settled()
        self.assert_same(self.receiver.data(), wanted)

    def assert_goes_on(self):
        """A fresh connection is served as ever."""
        before = len(self.receiver.data())
        self.assertTrue(send(self.port, GOOD + b"\n"))
        self.receiver.wait_for(before + len(MASKED) + 1)
        self.assertTrue(self.receiver.data().endswith(MASKED + b"\n"))


class Rubbish(Case):
    def test_rubbish_is_forwarded_as_it_came(self):
        self.start()
        rng = random.Random(42)
        blocks = [rng.randbytes(MIB) for _ in range(4)]
        for bits in range(16):  # 64 MiB, each different in each round
            table = bytes(each ^ (bits * 16) for each in range(256))
            data = b"!" + b"".join(block.translate(table) for block in blocks)
            self.assertTrue(send(self.port, data + b"\n"))
            self.assert_received(lines_of_syslog(data))
            self.receiver.forget()
        self.assertLess(self.daemon.memory_bytes("VmHWM"), 100 * MIB)
        self.assert_goes_on()

    def test_known_offenders_pass_unharmed(self):
        self.start()
        lines = [b"<44444444444444444444<4", b"<", b"<>", b"<13", b"\0\0\0",
                 b"<13>a\0b", b"\xff\xfe\xc3\x28\xed\xa0\x80", b"x\r", b"",
                 b"cflt" * 300, b"<13>" + b"\x1b[31m" * 100, b" ", b"\r",
                 b"1" * 5000, b"%s%n%s%n", b"<13>1 " + b"[" * 4000]
        for line in lines:
            self.assertTrue(send(self.port, line + b"\n"))
        self.assert_received(b"".join(map(lines_of_syslog, lines)))
        self.assert_goes_on()


class Splits(Case):
    """Whatever pieces a stream is sent in, the same comes out."""

    LINES = b"".join([
        b"<13>plain\n", b"\r\n", GOOD + b"\r\n", b"nul\0inside\n", b"\n",
        b"<44444444444444444444<4\n",
        b"cfltcfltcflt" + SECRET.encode() + b"\n",
        program.wrong(4).encode() + b"\n", b"\xff\xfe\n",
        b"long " + b"l" * 600 + SECRET.encode() * 2 + b"\n",
        base64.b64encode(b"%s;" % SECRET.encode() * 9) + b"\n",
        b"".join(b"line %d %s\n" % (i, SECRET.encode()) for i in range(9)),
        b"12 <13>no count\n", b"end without newline"])
    FRAMES = counted(GOOD, b"<13>lf\ninside", b"x" * 700 + GOOD, b"<13>0\0",
                     GOOD + b"\n", SECRET.encode() * 20, b"<13>" + b"\n" * 99,
                     *(b"%d %s" % (i, SECRET.encode()) for i in range(5)))
    AT_ONCE = 200

    def assert_same_for_every_split(self, data, pieces):
        """In any order: connections share the way out."""
        wanted = self.lines_for([data])
        self.assertEqual(len(wanted), pieces)
        self.assertEqual(program.leaks(b"\n".join(wanted), SECRET), [])
        for first in range(1, len(data), self.AT_ONCE):
            cuts = range(first, min(first + self.AT_ONCE, len(data)))
            got = self.lines_for([data[:at] for at in cuts],
                                 [data[at:] for at in cuts])
            self.assertEqual(got, sorted(wanted * len(cuts)), cuts)

    def lines_for(self, firsts, seconds=()):
        """The records that come of connections in one or two pieces each."""
        self.receiver.forget()
        before = self.daemon.metric("source_bytes_total")
        socks = [connect(self.port) for _ in firsts]
        for pieces in (firsts, seconds):
            for sock, piece in zip(socks, pieces):
                sock.sendall(piece)
            before += sum(map(len, pieces))
            self.daemon.wait_metric(before, "source_bytes_total")
        for sock in socks:
            sock.shutdown(socket.SHUT_WR)
            self.assertTrue(is_closed(sock))
            sock.close()
        self.daemon.settled()
        out = self.daemon.metric("sink_bytes_total")
        self.receiver.wait_for(out - self.out)
        self.out = out
        return sorted(self.receiver.data().split(b"\n")[:-1])

    def test_every_split_of_lines_gives_the_same(self):
        self.start(max_length="512B")
        self.assert_same_for_every_split(self.LINES, 23)

    def test_every_split_of_counted_frames_gives_the_same(self):
        self.start(max_length="512B")
        self.assert_same_for_every_split(self.FRAMES, 13)


if __name__ == "__main__":
    unittest.main()
