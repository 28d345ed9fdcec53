"""Framing that is broken, endless, huge or hostile."""
import unittest

import program
import serve_faults as serve
from program import MASK, wait_until
from serve_ends import SECRET, Receiver, connect, expected, is_closed, send
from serve_faults import Daemon

GOOD = b"<13>good key=" + SECRET.encode()
MASKED = GOOD.replace(SECRET.encode(), MASK.encode())
MIB = 1 << 20


def counted(*records):
    return b"".join(b"%d %s" % (len(each), each) for each in records)


class Case(program.Case):
    def start(self, sink_options=None, **source_options):
        self.port = serve.free_port()
        self.receiver = Receiver(self)
        self.daemon = Daemon(self, serve.config(
            {"app": serve.tcp_source(self.port, **source_options)},
            {"out": serve.tcp_sink(self.receiver.port,
                                   **(sink_options or {}))}))

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


class Counts(Case):
    BAD = [b"007 <13>xyz", b"0 <13>x", b"-5 <13>x", b"5<13>xx", b"+5 <13>x",
           b"5\t<13>", *(b"9" * n + b" <13>x" for n in range(10, 41)),
           b"9223372036854775808 <13>x", b"18446744073709551617 <13>x"]

    def test_bad_count_before_the_decision_is_a_newline_stream(self):
        self.start()
        for bad in self.BAD:
            self.assertTrue(send(self.port, bad + b"\n" + GOOD + b"\n"), bad)
        self.assert_received(b"".join(bad + b"\n" + MASKED + b"\n"
                                      for bad in self.BAD))
        self.assertEqual(self.daemon.closed("bad_framing"), 0)

    def test_bad_count_after_the_decision_closes_the_connection(self):
        self.start()
        for bad in self.BAD:
            with connect(self.port) as sock:
                sock.sendall(counted(GOOD) + bad)
                is_closed(sock)  # a bad one hangs here
        self.assert_received((MASKED + b"\n") * len(self.BAD))
        self.assertEqual(self.daemon.closed("bad_framing"), len(self.BAD))
        self.assertEqual(len(self.daemon.wait_said("bad_framing")), 1)
        self.assert_goes_on()

    def test_bytes_thrown_away_with_a_framing_are_counted(self):
        self.start()
        bad = b"x" * 100_000
        with connect(self.port) as sock:
            sock.sendall(counted(GOOD) + bad)
            is_closed(sock)
        self.assert_received(MASKED + b"\n")
        self.assertEqual(self.daemon.closed("bad_framing"), 1)
        lost = self.daemon.metric("source_lost_bytes_total")
        self.assertLessEqual(1, lost)  # it may close before all has come
        self.assertLessEqual(lost, len(bad))

    def test_count_that_is_not_kept_is_lost_and_closed(self):
        self.start(record_timeout="100ms")
        with connect(self.port) as sock:
            sock.sendall(b"999 <13>a " + SECRET.encode()[:40])
            self.assertTrue(is_closed(sock))
        self.assertEqual(self.daemon.closed("record_timeout"), 1)
        self.daemon.wait_said("record_timeout")
        self.assert_received(b"<13>a \n")

    def test_huge_count_allocates_nothing_ahead(self):
        self.start()
        before = self.daemon.memory_bytes("VmData")
        socks = [connect(self.port) for _ in range(8)]
        for sock in socks:
            sock.sendall(b"999999999 <13>")
        for i in range(20):  # each is read before the next is sent
            for sock in socks:
                sock.sendall(b"x")
            size = 8 * (len(b"999999999 <13>") + i + 1)
            self.daemon.wait_metric(size, "source_bytes_total")
        self.assertLess(self.daemon.memory_bytes("VmData") - before,
                        64 * MIB)
        for sock in socks:
            sock.close()
        self.assert_received((b"<13>" + b"x" * 20 + b"\n") * 8)
        self.assertEqual(
            self.daemon.metric("source_partial_records_total"), 8)


class Long(Case):
    def test_endless_line_comes_out_in_pieces_and_memory_stays(self):
        self.start(max_length="64KiB")
        block = (b"key=%s;" % SECRET.encode()) + b"y" * 65536
        with connect(self.port) as sock:
            sock.sendall(block)
            self.receiver.wait_for(65536)
            warm = self.daemon.memory_bytes("VmHWM")
            for _ in range(1024):
                sock.sendall(block)
            self.receiver.wait_for(1024 * 65536)
            self.assertLess(self.daemon.memory_bytes("VmHWM") - warm,
                            34 * MIB)  # the sink's buffer, and a block
        wanted = expected(block * 1025)
        self.daemon.wait_metric(1, "source_closed_connections_total")
        self.daemon.settled()
        self.receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        got = self.receiver.data()
        self.assertEqual(program.leaks(got, SECRET), [])
        self.assert_same(got.replace(b"\n", b""), wanted)
        self.assertLessEqual(max(map(len, got.split(b"\n"))), 65536)
        self.assertGreater(self.daemon.metric("source_split_records_total"),
                           1000)

    def test_endless_line_to_be_truncated_is_swallowed(self):
        self.start(max_length="1KiB", too_long="truncate")
        with connect(self.port) as sock:
            for _ in range(256):
                sock.sendall(b"z" * 65536)
            self.receiver.wait_for(1025)
            sock.sendall(GOOD + b"\n" + GOOD + b"\n")
            self.assert_received(b"z" * 1024 + b"\n" + MASKED + b"\n")
        self.daemon.wait_metric(1, "source_truncated_records_total")
        self.assertLess(self.daemon.memory_bytes("VmHWM"), 64 * MIB)

    def test_endless_counted_frame_comes_out_in_pieces(self):
        self.start(max_length="4KiB")
        payload = (b"<13>" + b"k=%s " % SECRET.encode() * 4000)
        with connect(self.port) as sock:
            sock.sendall(b"999999999 " + payload)
            masked = expected(payload)
            self.receiver.wait_for(len(masked) - 8192)
        wait_until(lambda: self.daemon.closed("end") == 1)
        self.daemon.settled()
        self.receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        got = self.receiver.data()
        self.assert_same(got.replace(b"\n", b""), masked)
        self.assertEqual(
            self.daemon.metric("source_partial_records_total"), 1)


if __name__ == "__main__":
    unittest.main()
