"""SIGTERM, the end of stdin, and a reader of stdout that goes."""
import contextlib
import os
import signal
import subprocess
import threading
import unittest

import program
import serve_faults as serve
from program import wait_until
from serve_ends import (Receiver, connect, expected, in_background, is_closed,
                        lines_of, numbers, record, send)
from serve_faults import Daemon


class Case(program.Case):
    def start(self, sink_port, source=None, popen=None, sink=None, **service):
        self.port = serve.free_port()
        self.daemon = Daemon(self, serve.config(
            {"app": source or serve.tcp_source(self.port)},
            {"out": sink or serve.tcp_sink(sink_port)}, **service),
            **(popen or {}))

    def fill(self, data):
        """A sender for whom there is no end yet."""
        sock = connect(self.port)
        self.addCleanup(sock.close)
        in_background(self, send_what_goes, sock, data)
        return sock

    def wait_until_still(self):
        """Most of what the sink may hold waits: 8 MiB of 1 KiB records."""
        self.daemon.wait_metric(5000, "queued_records")

    def told_lost(self):
        """The number that the log tells at the end."""
        lines = self.daemon.said("records were not delivered")
        self.assertEqual(len(lines), 1)
        return int(lines[0].rpartition("records=")[2])


class Backlog(Case):
    """Senders who connected, sent and left before the daemon took them."""
    COUNT = 100

    def send_while_it_stands(self):
        self.receiver = Receiver(self)
        self.start(self.receiver.port)
        self.daemon.signal(signal.SIGSTOP)
        for n in range(self.COUNT):
            with connect(self.port) as sock:
                sock.sendall(record("late", n) + b"\n")

    def assert_all_came(self):
        wait_until(lambda: len(self.receiver.lines()) >= self.COUNT)
        self.assertEqual(sorted(numbers(self.receiver.lines(), "late")),
                         list(range(self.COUNT)))

    def test_they_are_delivered_at_the_end(self):
        self.send_while_it_stands()
        self.daemon.signal(signal.SIGTERM)
        self.daemon.signal(signal.SIGCONT)
        self.assertEqual(self.daemon.wait(), 0)
        self.assert_all_came()

    def test_they_are_delivered_when_a_reload_removes_their_source(self):
        self.send_while_it_stands()
        settings = self.daemon.settings
        settings["sources"] = {"new": serve.tcp_source(serve.free_port())}
        settings["sinks"]["out"]["inputs"] = ["*"]
        self.daemon.configure(settings)
        self.daemon.signal(signal.SIGHUP)
        self.daemon.signal(signal.SIGCONT)
        self.assert_all_came()


class Terminate(Case):
    def test_what_was_taken_is_delivered_to_a_slow_receiver(self):
        def slowly(taken):
            while taken.read(20_000):
                pass
        receiver = Receiver(self, slowly, buffer_bytes=1 << 13, gate=False)
        self.start(receiver.port)
        data = lines_of("drain", 50_000)
        self.assertTrue(send(self.port, data))
        self.assertEqual(self.daemon.stop(), 0)
        self.assert_same(receiver.wait_for(len(expected(data))),
                         expected(data))
        self.assertEqual(self.daemon.said("not delivered"), [])

    def test_peer_that_speaks_and_reads_late_gets_all(self):
        over = threading.Event()

        def speak(taken):
            with contextlib.suppress(OSError):
                while not over.wait(0.001):
                    taken.sock.sendall(b"ack\n")

        def late(taken):
            in_background(self, speak, taken)
            receiver.read_all(taken)

        receiver = Receiver(self, late, buffer_bytes=1 << 13, gate=False)
        self.addCleanup(over.set)
        self.start(receiver.port)
        data = lines_of("late", 10_000)
        send(self.port, data)
        self.daemon.settled(10_000)  # the kernels have it
        self.daemon.signal(signal.SIGTERM)
        wait_until(lambda: self.daemon.said("draining"))
        wait_until(lambda: self.daemon.page("/readyz")[0] == 503)
        receiver.gate.set()
        self.assert_same(receiver.wait_for(len(expected(data))),
                         expected(data))
        over.set()
        self.assertEqual(self.daemon.wait(), 0)

    def test_peer_that_has_spoken_and_does_not_end_is_not_waited_for(self):
        over = threading.Event()

        def speak_once(taken):
            taken.sock.sendall(b"hello\n")
            receiver.read_all(taken)
            over.wait()

        receiver = Receiver(self, speak_once)
        self.addCleanup(over.set)
        self.start(receiver.port, drain_timeout="10m")
        send(self.port, lines_of("app", 10))
        self.daemon.settled(10)
        self.assertEqual(self.daemon.stop(), 0)
        self.assertEqual(self.daemon.said("closed before"), [])

    def test_peer_that_resets_what_it_has_not_read_is_told(self):
        resets = threading.Event()

        def reset(taken):
            resets.wait()
            taken.reset()

        receiver = Receiver(self, reset, buffer_bytes=1 << 13)
        self.addCleanup(resets.set)
        self.start(receiver.port)
        send(self.port, lines_of("app", 10_000))
        self.daemon.settled(10_000)
        self.daemon.signal(signal.SIGTERM)
        wait_until(lambda: self.daemon.page("/readyz")[0] == 503)
        resets.set()
        self.assertEqual(self.daemon.wait(), 0)
        self.assertEqual(len(self.daemon.wait_said("closed before")), 1)

    def test_open_connections_are_read_as_far_as_they_have_come(self):
        receiver = Receiver(self)
        self.start(receiver.port)
        data = lines_of("open", 50_000) + b"no newline"
        with connect(self.port) as sock, connect(self.port) as quiet:
            quiet.sendall(b"quiet, and no newline")
            self.daemon.wait_metric(21, "source_bytes_total")
            sock.sendall(data)  # in the daemon's kernel at the latest
            self.assertEqual(self.daemon.stop(), 0)
            self.assertTrue(is_closed(sock))
        wanted = expected(data) + b"\nquiet, and no newline\n"
        receiver.wait_for(len(wanted))
        self.assertEqual(sorted(receiver.lines()),
                         sorted(wanted.splitlines()))

    def test_dead_sink_is_given_up_when_its_time_is_over(self):
        self.start(serve.free_port(), drain_timeout="1s")
        send(self.port, lines_of("dead", 1000))
        self.assertEqual(self.daemon.stop(), 2)
        self.assertEqual(self.told_lost(), 1000)
        self.assertEqual(len(self.daemon.wait_said("drain_timeout")), 1)

    def test_sink_that_does_not_read_is_given_up_too(self):
        receiver = Receiver(self, gate=False, buffer_bytes=1 << 13)
        self.start(0, sink=serve.tcp_sink(receiver.port,
                                          buffer={"max_size": "8MiB"}),
                   drain_timeout="1s")
        self.fill(lines_of("stuck", 40_000, pad=1000))
        self.wait_until_still()
        self.assertEqual(self.daemon.stop(), 2)
        receiver.gate.set()
        lost = self.told_lost()
        self.assertGreater(lost, 0)
        self.assertNotIn("n=39999 ", receiver.data().decode())

    def test_second_signal_ends_at_once(self):
        for second in signal.SIGTERM, signal.SIGINT:
            self.start(serve.free_port(), drain_timeout="1h")
            send(self.port, lines_of("now", 100))
            self.daemon.signal(signal.SIGTERM)
            wait_until(lambda: self.daemon.said("draining"))
            self.daemon.signal(second)
            self.assertEqual(self.daemon.wait(), 2)
            self.assertEqual(self.told_lost(), 100)

    def test_while_draining_it_is_live_and_not_ready(self):
        self.start(serve.free_port(), drain_timeout="1h")
        send(self.port, lines_of("ready", 10))
        self.assertEqual(self.health(), (0, 0))
        self.daemon.signal(signal.SIGTERM)
        wait_until(lambda: self.daemon.page("/readyz")[0] == 503)
        self.assertIn("draining", self.daemon.page("/readyz")[1])
        self.assertEqual(self.daemon.page("/livez")[0], 200)
        self.assertEqual(self.health(), (0, 1))
        with self.assertRaises(ConnectionRefusedError):
            connect(self.port)
        self.daemon.signal(signal.SIGTERM)
        self.assertEqual(self.daemon.wait(), 2)
        self.assertEqual(self.health(), (2, 2))

    def health(self):
        return tuple(program.run("health", "-c", str(self.daemon.file),
                                 *more).returncode
                     for more in ([], ["--ready"]))

    def test_nothing_to_do_ends_at_once(self):
        for workers in 1, 4:
            receiver = Receiver(self)
            self.start(receiver.port, workers=workers, drain_timeout="1h")
            self.assertEqual(self.daemon.stop(), 0)


class StandardStreams(Case):
    STDIN = {"type": "stdin"}
    STDOUT = {"type": "stdout"}

    def test_end_of_stdin_ends_it_when_all_is_delivered(self):
        data = lines_of("stdin", 50_000) + b"no newline"
        receiver = Receiver(self)
        self.start(receiver.port, source=self.STDIN,
                   popen={"stdin": subprocess.PIPE})
        program.write_all(self.daemon.process.stdin, data)
        self.daemon.process.stdin.close()
        self.assertEqual(self.daemon.wait(), 0)
        receiver.wait_for(len(expected(data)) + 1)
        self.assert_same(receiver.data(), expected(data) + b"\n")

    def test_stdin_to_stdout_is_a_filter_of_records(self):
        data = lines_of("both", 50_000)
        self.start(0, source=self.STDIN, sink=self.STDOUT,
                   popen={"stdin": subprocess.PIPE,
                          "stdout": subprocess.PIPE})
        pipes = self.daemon.process
        in_background(self, feed, pipes.stdin, data)
        with pipes.stdout:
            self.assert_same(pipes.stdout.read(), expected(data))
        self.assertEqual(self.daemon.wait(), 0)

    def test_stdout_without_a_reader_ends_it(self):
        read_end, write_end = os.pipe()
        self.start(0, sink=self.STDOUT, popen={"stdout": write_end},
                   drain_timeout="1s")
        os.close(write_end)
        self.fill(lines_of("gone", 200))
        self.daemon.wait_metric(200, "delivered_records_total")
        os.close(read_end)
        self.fill(lines_of("gone", 200_000))
        self.assertEqual(self.daemon.wait(), 2)
        self.assertEqual(len(self.daemon.wait_said("stdout has no reader",
                                              "error")), 1)

    def test_stdout_that_is_not_read_is_given_up(self):
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        self.start(0, sink={**self.STDOUT, "buffer": {"max_size": "8MiB"}},
                   popen={"stdout": write_end}, drain_timeout="1s")
        os.close(write_end)
        self.fill(lines_of("full", 40_000, pad=1000))
        self.wait_until_still()
        self.assertEqual(self.daemon.stop(), 2)
        self.assertGreater(self.told_lost(), 0)


def send_what_goes(sock, data):
    try:
        sock.sendall(data)
    except OSError:
        pass


def feed(pipe, data):
    with pipe:
        program.write_all(pipe, data)


if __name__ == "__main__":
    unittest.main()
