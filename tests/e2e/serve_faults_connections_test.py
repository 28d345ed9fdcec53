"""Connections that end badly, stay too long, or are too many."""
import socket
import time
import unittest

import program
import serve_faults as serve
from program import wait_until
from serve_ends import (LOCAL, Receiver, connect, expected, in_background,
                        is_closed, linger, lines_of, numbers, record, send)
from serve_faults import Daemon


class Case(program.Case):
    def start(self, service=None, popen=None, gate=True, **source_options):
        self.port = serve.free_port()
        self.receiver = Receiver(self, gate=gate)
        self.daemon = Daemon(self, serve.config(
            {"app": serve.tcp_source(self.port, **source_options)},
            {"out": serve.tcp_sink(self.receiver.port)}, **(service or {})),
            **(popen or {}))

    def assert_received(self, wanted):
        self.receiver.wait_for(len(wanted))
        self.daemon.settled()
        self.assert_same(self.receiver.data(), wanted)


class Ends(Case):
    def test_half_closed_sender_is_read_to_the_end(self):
        self.start(gate=False)
        data = lines_of("half", 40_000, pad=100)
        sock = self.enterContext(connect(self.port))

        def send_half():
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)

        in_background(self, send_half)
        self.daemon.wait_metric(1, "source_records_total")
        self.receiver.gate.set()
        self.assertTrue(is_closed(sock))
        self.assert_received(expected(data))
        self.assertEqual(self.daemon.closed("end"), 1)

    def test_reset_in_mid_record_harms_no_other_connection(self):
        self.start()
        size = 0
        with connect(self.port) as good:
            for i in range(20):
                line = record("good", i) + b"\n"
                good.sendall(line)
                with connect(self.port) as bad:
                    bad.sendall(b"<13>cut off")
                    size += len(line) + len(b"<13>cut off")
                    self.daemon.wait_metric(size, "source_bytes_total")
                    linger(bad)
                wait_until(lambda: self.daemon.closed("error") == i + 1)
        wait_until(lambda: self.daemon.closed("end") == 1)
        self.daemon.settled()
        self.receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        lines = self.receiver.lines()
        self.assertEqual(numbers(lines, "good"), list(range(20)))
        others = {line for line in lines if b"s=good" not in line}
        self.assertEqual(others, {b"<13>cut off"})
        self.assertEqual(len(self.daemon.wait_said("closed", "error")), 1)

    def test_each_peer_is_named_in_the_log(self):
        self.start(framing="octet_counting")
        for peer in "127.0.0.2", "127.0.0.3", "127.0.0.2":
            with socket.create_connection((LOCAL, self.port),
                                          program.HANG_SECONDS,
                                          source_address=(peer, 0)) as sock:
                sock.sendall(b"no count\n")
                is_closed(sock)
        wait_until(lambda: self.daemon.closed("bad_framing") == 3)
        for peer in "127.0.0.2", "127.0.0.3":
            self.assertEqual(
                len(self.daemon.wait_said("bad_framing", peer)), 1)

    def test_idle_connection_is_closed(self):
        self.start(idle_timeout="100ms")
        with connect(self.port) as sock:
            sock.sendall(record("idle", 0) + b"\n")
            self.assertTrue(is_closed(sock))
        self.assertEqual(self.daemon.closed("idle_timeout"), 1)
        self.assert_received(expected(record("idle", 0)) + b"\n")

    def test_record_that_is_not_finished_goes_on_in_pieces(self):
        self.start(record_timeout="100ms")
        part = record("slow", 0)
        with connect(self.port) as quiet, connect(self.port) as sock:
            quiet.sendall(record("quiet", 0) + b"\n")
            self.receiver.wait_for(1)
            sock.sendall(part)
            self.daemon.wait_metric(2, "source_records_total")
            quiet.sendall(record("quiet", 1) + b"\n")
            self.daemon.wait_metric(3, "source_records_total")
            sock.sendall(b" and more\n")
            self.assert_received(
                b"".join(expected(each) + b"\n" for each in (
                    record("quiet", 0), part, record("quiet", 1),
                    b" and more")))
        self.assertEqual(self.daemon.closed("record_timeout"), 0)
        self.assertEqual(self.daemon.metric("source_split_records_total"), 1)

    def test_drip_of_single_bytes_does_not_hold_a_record_back(self):
        self.start(record_timeout="300ms")
        sent = 0
        with connect(self.port) as sock:
            while self.daemon.metric("source_records_total") == 0:
                sock.sendall(b"x")
                sent += 1
        wait_until(lambda: self.daemon.closed("end") == 1)
        self.daemon.settled()
        self.receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        self.assert_same(self.receiver.data().replace(b"\n", b""), b"x" * sent)
        self.assertEqual(self.daemon.closed("record_timeout"), 0)


class Limits(Case):
    def test_connection_limit_is_exact(self):
        self.start(connection_limit=5)
        socks = [connect(self.port) for _ in range(5)]
        self.daemon.wait_metric(5, "source_open_connections")
        for _ in range(3):
            with connect(self.port) as sock:
                is_closed(sock)
        self.assertEqual(
            self.daemon.metric("source_refused_connections_total"), 3)
        self.assertEqual(len(self.daemon.wait_said("connection_limit")), 1)
        for sock in socks:
            sock.sendall(record("in", 1) + b"\n")
        self.assert_received((expected(record("in", 1)) + b"\n") * 5)
        socks.pop().close()
        self.wait_for_room()
        for sock in socks:
            sock.close()

    def wait_for_room(self):
        """A connection that ended is counted a moment before it is gone."""
        taken = self.daemon.metric("source_connections_total")
        while self.daemon.metric("source_connections_total") == taken:
            before = self.answers()
            with connect(self.port):
                wait_until(lambda: self.answers() > before)

    def answers(self):
        return (self.daemon.metric("source_connections_total") +
                self.daemon.metric("source_refused_connections_total"))

    def test_only_permitted_origins_are_taken(self):
        self.start(permit_origin=["127.0.0.2/32", "::1"])
        for _ in range(3):
            with connect(self.port) as sock:
                is_closed(sock)
        with socket.create_connection((LOCAL, self.port),
                                      source_address=("127.0.0.2", 0)) as sock:
            sock.sendall(record("ok", 1) + b"\n")
            self.assert_received(expected(record("ok", 1)) + b"\n")
        self.assertEqual(self.daemon.metric("source_not_permitted_total"), 3)
        self.assertEqual(self.daemon.metric("source_records_total"), 1)
        self.assertEqual(len(self.daemon.wait_said("not permitted")), 1)


class Many(Case):
    def test_all_records_of_many_connections_arrive_in_their_order(self):
        for workers in 1, 2:
            with self.subTest(workers=workers):
                self.start(service={"workers": workers})
                self.send_from_many(200, 1000)
                self.assertEqual(self.daemon.stop(), 0)

    def send_from_many(self, senders, count):
        socks = [connect(self.port) for _ in range(senders)]
        for first in range(0, count, 100):
            for i, sock in enumerate(socks):
                sock.sendall(lines_of(i, 100, first=first))
        for sock in socks:
            sock.shutdown(socket.SHUT_WR)
            self.assertTrue(is_closed(sock))
            sock.close()
        self.daemon.settled(senders * count)
        self.receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        got = {}
        for line in self.receiver.lines():
            words = dict(word.split(b"=") for word in line.split()[7:10])
            self.assertEqual(words[b"key"], program.MASK.encode())
            got.setdefault(int(words[b"s"]), []).append(int(words[b"n"]))
        self.assertEqual(got, {i: list(range(count)) for i in range(senders)})

    def test_without_descriptors_it_waits_and_goes_on(self):
        self.start(popen={"preexec_fn": serve.limit_descriptors(64)})
        socks = [connect(self.port) for _ in range(100)]
        for i, sock in enumerate(socks):
            sock.sendall(record("many", i) + b"\n")
        wait_until(lambda: self.daemon.said("cannot accept"))
        self.assertEqual(self.daemon.page("/livez")[0], 200)
        self.assertGreater(self.daemon.metric("accept_pauses_total"), 0)
        self.assert_pauses_last()
        for sock in socks:  # each leaves room for another
            sock.shutdown(socket.SHUT_WR)
            self.assertTrue(is_closed(sock))
            sock.close()
        self.daemon.settled(100)
        wait_until(lambda: len(self.receiver.lines()) == 100)
        self.assertEqual(sorted(numbers(self.receiver.lines(), "many")),
                         list(range(100)))
        self.assertEqual(len(self.daemon.wait_said("cannot accept")), 1)
        self.assertTrue(send(self.port, record("late", 1) + b"\n"))

    def assert_pauses_last(self):
        """It does not spin: 100 ms lie between two attempts. A slow machine
        makes fewer of them."""
        begun = time.monotonic()
        before = self.daemon.metric("accept_pauses_total")
        wait_until(lambda: self.daemon.metric("accept_pauses_total")
                   >= before + 3)
        attempts = self.daemon.metric("accept_pauses_total") - before
        self.assertLessEqual(attempts, (time.monotonic() - begun) * 10 + 1)


if __name__ == "__main__":
    unittest.main()
