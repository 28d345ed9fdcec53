"""Reloads that meet a fault: dead sinks, renamed sources, many signals."""
import copy
import signal
import socket
import subprocess
import unittest

import program
import serve_faults as serve
from program import wait_until
from serve_ends import (LOCAL, Receiver, connect, expected, in_background,
                        is_closed, lines_of, numbers, record, send, shut)
from serve_faults import Daemon


class Case(program.Case):
    def start(self, sink_port, source=None, popen=None, options=None,
              **service):
        self.port = serve.free_port()
        self.settings = serve.config(
            {"app": source or serve.tcp_source(self.port, **(options or {}))},
            {"out": serve.tcp_sink(sink_port, buffer={"max_size": "1MiB"},
                                   inputs=["*"])}, **service)
        self.daemon = Daemon(self, self.settings, **(popen or {}))

    def renamed(self):
        settings = copy.deepcopy(self.settings)
        settings["sources"]["other"] = settings["sources"].pop("app")
        return settings

    def fill(self, data):
        """A sender that waits for a sink that is full."""
        sock = connect(self.port)
        self.addCleanup(shut, sock)
        in_background(self, try_to_send, sock, data)
        self.daemon.wait_metric(1 << 20, "sink_queue_bytes")
        return sock


class DeadSink(Case):
    def test_source_that_leaves_while_its_sink_is_dead_does_not_hang_the_end(
            self):
        self.start(serve.free_port(), drain_timeout="1s")
        self.fill(lines_of("left", 100_000))
        settings = copy.deepcopy(self.settings)
        settings["sources"] = {"new": serve.tcp_source(serve.free_port())}
        self.daemon.reload(settings)
        self.assertEqual(self.daemon.stop(), 2)
        self.assertTrue(self.daemon.wait_said("not delivered"))

    def test_source_that_leaves_delivers_what_it_took_when_the_sink_is_back(
            self):
        port = serve.free_port()
        self.start(port, drain_timeout="1h")
        sock = self.fill(lines_of("left", 100_000))
        settings = copy.deepcopy(self.settings)
        settings["sources"] = {"new": serve.tcp_source(serve.free_port())}
        self.daemon.reload(settings)
        receiver = Receiver(self, port=port)
        is_closed(sock)
        self.daemon.settled()
        receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        got = numbers(receiver.lines(), "left")
        self.assertEqual(got[:-1], list(range(len(got) - 1)))
        self.assertGreater(len(got), 5000)
        self.assertEqual(self.daemon.stop(), 0)

    def test_sink_that_leaves_dead_is_given_up_and_told_of(self):
        self.start(serve.free_port(), drain_timeout="1s")
        send(self.port, lines_of("gone", 1000))
        receiver = Receiver(self)
        self.settings["sinks"]["out"]["address"] = \
            f"tcp://{LOCAL}:{receiver.port}"
        self.daemon.reload(self.settings)
        wait_until(lambda: self.daemon.said("removed sink", "records=1000"))
        self.assertEqual(self.daemon.metric("dropped_records_total",
                                            reason="shutdown"), 1000)
        send(self.port, lines_of("new", 10))
        receiver.wait_for(len(expected(lines_of("new", 10))))
        self.assertEqual(self.daemon.stop(), 0)

    def test_sink_that_is_back_is_up_when_the_old_one_ends(self):
        """They share a name, and what is counted by it."""
        slow = Receiver(self, gate=False, buffer_bytes=4096)
        self.start(slow.port, drain_timeout="1h")
        self.fill(lines_of("old", 100_000))
        settings = copy.deepcopy(self.settings)
        settings["sinks"]["other"] = settings["sinks"].pop("out")
        settings["sinks"]["other"]["address"] = \
            f"tcp://{LOCAL}:{Receiver(self).port}"
        self.daemon.reload(settings)
        new = Receiver(self)
        settings["sinks"]["out"] = settings["sinks"].pop("other")
        settings["sinks"]["out"]["address"] = f"tcp://{LOCAL}:{new.port}"
        self.daemon.reload(settings)
        self.daemon.wait_metric(1, "sink_up", sink="out")
        slow.gate.set()
        wait_until(lambda: len(slow.threads) > 1
                   and not slow.threads[1].is_alive())
        self.daemon.settled(100_000)  # and nobody waits for the new one's end
        self.daemon.reload(settings)
        self.assertEqual(self.daemon.metric("sink_up", sink="out"), 1)

    def test_sink_that_is_removed_is_neither_up_nor_down_until_it_is_back(self):
        self.start(Receiver(self).port)
        settings = copy.deepcopy(self.settings)
        settings["sinks"]["more"] = serve.tcp_sink(Receiver(self).port,
                                                   inputs=["*"])
        for _ in range(2):
            self.daemon.reload(settings)
            self.daemon.wait_metric(1, "sink_up", sink="more")
            self.daemon.reload(self.settings)
            page = self.daemon.page("/metrics")[1]
            self.assertNotIn('sink_up{sink="more"}', page)
            self.assertIn('sink_up{sink="out"} 1', page)
            self.assertIn('sink_bytes_total{sink="more"}', page)

    def test_blocked_senders_go_on_with_the_new_sink(self):
        self.start(serve.free_port(), drain_timeout="1s")
        sock = self.fill(lines_of("block", 100_000))
        receiver = Receiver(self)
        self.settings["sinks"]["out"]["address"] = \
            f"tcp://{LOCAL}:{receiver.port}"
        self.daemon.reload(self.settings)
        wait_until(lambda: receiver.data().endswith(
            expected(record("block", 99_999)) + b"\n"))
        got = numbers(receiver.lines(), "block")
        self.assertEqual(got, list(range(got[0], 100_000)))
        sock.close()
        self.daemon.wait_said("records of a removed sink were not delivered")

    def test_stdin_that_waits_for_a_dead_sink_does_not_hang_the_end(self):
        self.start(serve.free_port(), source={"type": "stdin"},
                   popen={"stdin": subprocess.PIPE}, drain_timeout="1s")
        in_background(self, feed, self.daemon.process.stdin,
                      lines_of("stdin", 100_000))
        self.daemon.wait_metric(1 << 20, "sink_queue_bytes")
        self.assertEqual(self.daemon.stop(), 2)


class Names(Case):
    def test_renamed_tcp_source_refuses_and_loses_nothing(self):
        receiver = Receiver(self)
        self.start(receiver.port)
        with connect(self.port) as sock:
            sock.sendall(lines_of("open", 1000) + b"half of ")
            self.daemon.wait_metric(1000, "source_records_total")
            self.daemon.reload(self.renamed())
            send(self.port, lines_of("next", 1000))
            is_closed(sock)  # the old name's have ended
        self.daemon.settled(2001)
        receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        lines = receiver.lines()
        for sender in "open", "next":
            self.assertEqual(numbers(lines, sender), list(range(1000)))
        self.assertEqual(self.daemon.metric("source_records_total",
                                            source="other"), 1000)
        self.assertIn(b"half of ", lines)
        self.assertEqual(self.daemon.stop(), 0)

    def test_renamed_datagram_source_reads_on(self):
        receiver = Receiver(self)
        path = str(self.folder / "log")
        self.start(receiver.port, source={"type": "syslog",
                                          "address": f"unixgram://{path}"})
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.settimeout(program.HANG_SECONDS)
            sock.connect(path)
            for n in range(2000):
                sock.send(record("dgram", n))
                if n == 1000:
                    self.daemon.reload(self.renamed())
        self.daemon.settled(2000)
        receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        self.assertEqual(numbers(receiver.lines(), "dgram"),
                         list(range(2000)))


    def test_datagram_sources_that_swap_their_addresses_swap_what_they_read(
            self):
        receiver = Receiver(self)
        paths = [str(self.folder / name) for name in ("one", "two")]
        def sources(*paths):
            return {name: {"type": "syslog", "address": f"unixgram://{path}"}
                    for name, path in zip(("app", "other"), paths)}
        self.start(receiver.port)
        self.settings["sources"] = sources(*paths)
        self.daemon.reload(self.settings)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.settimeout(program.HANG_SECONDS)
            sock.connect(paths[0])
            for n in range(100):
                sock.send(record("dgram", n))
            self.daemon.wait_metric(100, "source_records_total")
            self.settings["sources"] = sources(*reversed(paths))
            self.daemon.reload(self.settings)
            for n in range(100, 300):
                sock.send(record("dgram", n))
        self.daemon.settled(300)
        for source, count in ("app", 100), ("other", 200):
            self.assertEqual(self.daemon.metric("source_records_total",
                                                source=source), count)


class Signals(Case):
    def test_many_reloads_at_once_are_as_good_as_one(self):
        receiver = Receiver(self)
        self.start(receiver.port)
        with connect(self.port) as sock:
            for n in range(200):
                self.daemon.signal(signal.SIGHUP)
                sock.sendall(record("hup", n) + b"\n")
        self.daemon.settled(200)
        receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        self.assertEqual(numbers(receiver.lines(), "hup"), list(range(200)))
        self.assertGreater(self.daemon.metric("reloads_total", result="done"),
                           0)
        self.assertEqual(self.daemon.stop(), 0)

    def test_timeouts_run_while_it_reloads(self):
        """However often: an idle connection is closed all the same."""
        self.start(Receiver(self).port, options={"idle_timeout": "1s"})
        with connect(self.port):
            wait_until(self.reloads_and_has_closed)
        self.assertEqual(self.daemon.stop(), 0)

    def reloads_and_has_closed(self):
        self.daemon.reload(self.settings)
        return self.daemon.closed("idle_timeout") > 0

    def test_reload_while_draining_is_ignored(self):
        self.start(serve.free_port(), drain_timeout="1s")
        send(self.port, lines_of("late", 10))
        self.daemon.signal(signal.SIGTERM)
        wait_until(lambda: self.daemon.said("draining"))
        self.daemon.configure("not: [valid")
        self.daemon.signal(signal.SIGHUP)
        self.assertEqual(self.daemon.wait(), 2)
        self.assertEqual(self.daemon.said("reloaded"), [])


class Admin(Case):
    def test_idle_and_endless_requests_keep_nobody_from_the_answer(self):
        receiver = Receiver(self)
        self.start(receiver.port)
        host, port = self.settings["service"]["admin"].split(":")
        socks = [socket.create_connection((host, int(port)))
                 for _ in range(100)]
        for sock in socks[::2]:
            in_background(self, try_to_send, sock,
                          b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 100_000)
        self.assertEqual(self.daemon.page("/livez")[0], 200)
        before = self.daemon.memory_bytes()
        send(self.port, record("in", 1) + b"\n")
        self.daemon.settled(1)
        self.assertLess(self.daemon.memory_bytes() - before, 8 << 20)
        for sock in socks:
            shut(sock)


def try_to_send(sock, data):
    try:
        sock.sendall(data)
    except OSError:
        pass


def feed(pipe, data):
    try:
        with pipe:
            program.write_all(pipe, data)
    except BrokenPipeError:
        pass


if __name__ == "__main__":
    unittest.main()
