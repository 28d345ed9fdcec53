"""Downstreams that refuse, die, hang and come back.

What a receiver's kernel took is delivered, whether or not its program read
it; so the receivers that die here read all they were sent, or what they may
miss is told by the daemon's own count.
"""
import json
import random
import socket
import subprocess
import unittest

import program
import serve_faults as serve
from program import wait_until
from serve_ends import (Receiver, connect, expected, in_background, is_closed,
                        lines_of, numbers, record, send, shut)
from serve_faults import Daemon

MIB = 1 << 20


class Case(program.Case):
    def start(self, receivers, sources=None, exit_code=0, **sink_options):
        self.port = serve.free_port()
        sinks = {name: serve.tcp_sink(port, **sink_options.get(name, {}))
                 for name, port in receivers.items()}
        self.daemon = Daemon(self, serve.config(
            sources or {"app": serve.tcp_source(self.port)}, sinks,
            drain_timeout="100ms" if exit_code else "10s"), exit_code)

    def delivered(self, sink="out"):
        return self.daemon.metric("delivered_records_total", sink=sink)

    def assert_whole(self, receiver, sender):
        """Nothing spliced: each connection begins and goes on with whole
        records, in order; only its last may be cut off."""
        for taken in receiver.taken:
            whole = taken.data[:taken.data.rfind(b"\n") + 1]
            got = numbers(whole.splitlines(), sender)
            self.assert_same(bytes(whole), b"".join(
                expected(record(sender, n)) + b"\n" for n in got))
            self.assertEqual(got, list(range(got[0], got[0] + len(got)))
                             if got else [])


class Refused(Case):
    def test_sink_that_is_not_there_yet_gets_all_later(self):
        port = serve.free_port()
        self.start({"out": port})
        send(self.port, lines_of("early", 1000))
        self.daemon.wait_metric(5, "sink_retries_total")
        self.assertEqual(self.daemon.metric("sink_up"), 0)
        self.assertEqual(self.daemon.metric("queued_records"), 1000)
        receiver = Receiver(self, port=port)
        receiver.wait_for(len(expected(lines_of("early", 1000))))
        self.daemon.settled(1000)
        self.assert_same(receiver.data(), expected(lines_of("early", 1000)))
        self.assertEqual(self.daemon.metric("sink_up"), 1)
        self.assertEqual(len(self.daemon.wait_said("sink is down")), 1)


class Itself(program.Case):
    # A network of its own, where a client's port is its own sink's.
    WAY = ("ip link set lo up && echo 40000 40001 > "
           "/proc/sys/net/ipv4/ip_local_port_range && exec ")

    def test_refused_sink_does_not_connect_to_itself(self):
        if subprocess.run(["unshare", "-rn", "sh", "-c", self.WAY + "true"],
                          capture_output=True).returncode != 0:
            self.skipTest("no network namespaces here")
        settings = serve.config({"in": {"type": "stdin"}},
                                {"out": serve.tcp_sink(40_000)},
                                drain_timeout="1s")
        file = self.file("config.yaml", json.dumps(settings))
        done = subprocess.run(
            ["unshare", "-rn", "sh", "-c", self.WAY + '"$@"', "sh",
             program.PROGRAM, "serve", "-c", file], capture_output=True,
            input=lines_of("self", 10), timeout=program.HANG_SECONDS)
        self.assertNotIn(b"sink connected", done.stderr)
        self.assertEqual(done.returncode, 2)


class Dies(Case):
    def test_new_connection_begins_with_a_whole_record(self):
        def after(count, end):
            def way(taken):
                while len(taken.data) < count and taken.read(7777):
                    pass
                end(taken)
            return way
        for end in (lambda taken: None), (lambda taken: taken.reset()):
            receiver = Receiver(self, *(after(100_000 * i + 33, end)
                                        for i in range(1, 6)),
                                buffer_bytes=1 << 16)
            self.start({"out": receiver.port})
            count = self.send_until(lambda: len(receiver.taken) == 6)
            self.daemon.settled(count)
            wait_until(lambda: f"n={count - 1} ".encode() in receiver.data())
            self.assert_whole(receiver, "die")
            got = [n for taken in receiver.taken
                   for n in numbers(taken.data.splitlines()[:-1], "die")]
            self.assertEqual(got, sorted(set(got)))  # lost at most, no twice
            self.assertEqual(self.delivered(), count)
            self.assertGreaterEqual(self.daemon.metric("sink_retries_total"),
                                    5)
            self.assertEqual(self.daemon.stop(), 0)
            # How many lines a minute may have: sink_state_log_test.
            self.assertTrue(self.daemon.said("sink is down"))
            self.assertTrue(self.daemon.said("sink connected"))

    def send_until(self, is_over):
        """And once more. How many records that were."""
        count = 0
        with connect(self.port) as sock:
            last = False
            while not last:
                last = is_over()
                sock.sendall(lines_of("die", 2000, first=count))
                count += 2000
            sock.shutdown(socket.SHUT_WR)
            self.assertTrue(is_closed(sock))
        return count

    def test_flapping_sink_loses_nothing_it_did_not_take(self):
        """Each receiver reads to the end of what was sent, then goes."""
        rounds, count = 30, 200
        receiver = Receiver(self, *[self.read_round] * rounds)
        self.start({"out": receiver.port})
        with connect(self.port) as sock:
            for i in range(rounds):
                wait_until(lambda: len(receiver.taken) == i + 1)
                sock.sendall(lines_of("flap", count, first=i * count))
                self.daemon.wait_metric((i + 1) * count,
                                        "delivered_records_total")
        wait_until(lambda: len(receiver.taken) == rounds + 1)
        self.assertEqual(numbers(receiver.lines(), "flap"),
                         list(range(rounds * count)))

    def read_round(self, taken):
        while taken.data.count(b"\n") < 200 and taken.read():
            pass


class Hangs(Case):
    def test_sink_that_does_not_read_blocks_senders_and_loses_nothing(self):
        receiver = Receiver(self, gate=False, buffer_bytes=1 << 16)
        self.start({"out": receiver.port},
                   out={"buffer": {"max_size": "4MiB"}})
        before = self.daemon.memory_bytes()
        count = 20_000
        data = lines_of("hang", count, pad=1000)
        with connect(self.port) as sock:
            in_background(self, sock.sendall, data)
            self.wait_until_stalled()
            self.assertLess(self.daemon.metric("source_records_total"), count)
            self.assertLess(self.daemon.metric("sink_queue_bytes"),
                            4.2 * MIB + (256 << 10))
            self.assertLess(self.daemon.memory_bytes() - before, 8 * MIB)
            receiver.gate.set()
            self.daemon.settled(count)
        receiver.wait_for(len(expected(data)))
        self.assert_same(receiver.data(), expected(data))
        self.assertEqual(len(receiver.taken), 1)
        self.assertGreater(
            self.daemon.metric("source_stalled_seconds_total"), 0)

    def wait_until_stalled(self):
        """The source stands still while its sink holds all it may."""
        wait_until(lambda: self.daemon.metric("sink_queue_bytes") >= 4 * MIB)

    def test_slow_reader_gets_all(self):
        rng = random.Random(9)

        def slowly(taken):
            while taken.read(rng.choice((1, 100, 5000, 30_000))):
                pass
        receiver = Receiver(self, slowly, buffer_bytes=1 << 13)
        self.start({"out": receiver.port},
                   out={"buffer": {"max_size": "256KiB"}})
        data = lines_of("slow", 30_000, pad=100)
        self.assertTrue(send(self.port, data))
        receiver.wait_for(len(expected(data)))
        self.assert_same(receiver.data(), expected(data))


class Two(Case):
    def test_dropping_sink_drops_and_the_other_gets_all(self):
        dead = Receiver(self, gate=False, buffer_bytes=1 << 13)
        good = Receiver(self)
        small = {"buffer": {"max_size": "256KiB", "when_full": "drop_newest"}}
        self.start({"dead": dead.port, "good": good.port}, dead=small)
        count = 40_000
        data = lines_of("two", count, pad=500)
        self.assertTrue(send(self.port, data))
        good.wait_for(len(expected(data)))
        self.assert_same(good.data(), expected(data))
        page = self.daemon.balanced()
        dropped = page("dropped_records_total", sink="dead",
                       reason="buffer_full")
        self.assertGreater(dropped, 0)
        self.assertEqual(
            len(self.daemon.wait_said("records are dropped", "dead")), 1)
        self.assertEqual(count, page("source_records_total"))
        self.assertEqual(page("dropped_records_total", sink="good"), 0)
        dead.gate.set()
        self.daemon.settled()
        self.assertEqual(count, dropped + self.delivered("dead"))
        dead.wait_for(self.daemon.metric("sink_bytes_total", sink="dead"))
        self.assertEqual(len(dead.lines()), self.delivered("dead"))

    def test_blocking_dead_sink_stops_the_other_too(self):
        good = Receiver(self)
        nowhere = serve.free_port()
        self.start({"dead": nowhere, "good": good.port},
                   dead={"buffer": {"max_size": "256KiB"}})
        count = 60_000
        data = lines_of("block", count)
        with connect(self.port) as sock:
            sender = in_background(self, sock.sendall, data)
            wait_until(lambda: self.daemon.metric(
                "sink_queue_bytes", sink="dead") >= 256 << 10)
            good.wait_for(1)
            wait_until(lambda: self.daemon.metric(
                "queued_records", sink="good") == 0)
            stopped_at = self.daemon.metric("source_records_total")
            self.assertLess(stopped_at, count)
            self.assertTrue(sender.is_alive())
            self.assertEqual(stopped_at,
                             self.daemon.metric("source_records_total"))
            alive = Receiver(self, port=nowhere)
            sender.join()
            self.daemon.settled(count)
        for receiver in good, alive:
            receiver.wait_for(len(expected(data)))
            self.assert_same(receiver.data(), expected(data))

    def test_source_of_a_live_sink_goes_on_beside_a_blocked_one(self):
        good = Receiver(self)
        self.other_port = serve.free_port()
        self.start({"dead": serve.free_port(), "good": good.port},
                   {"stuck": serve.tcp_source(port := serve.free_port()),
                    "free": serve.tcp_source(self.other_port)},
                   exit_code=2,  # what is queued for the dead one
                   dead={"inputs": ["stuck"],
                         "buffer": {"max_size": "64KiB"}},
                   good={"inputs": ["free"]})
        with connect(port) as sock:
            in_background(self, try_to_send, sock, lines_of("stuck", 60_000))
            wait_until(lambda: self.daemon.metric(
                "sink_queue_bytes", sink="dead") >= 64 << 10)
            data = lines_of("free", 20_000)
            self.assertTrue(send(self.other_port, data))
            good.wait_for(len(expected(data)))
            self.assert_same(good.data(), expected(data))
            shut(sock)  # ends the sender's wait


def try_to_send(sock, data):
    try:
        sock.sendall(data)
    except OSError:
        pass


if __name__ == "__main__":
    unittest.main()
