"""memory_limit: the oldest partial record goes, nothing else suffers."""
import json
import re
import unittest

import program
import serve_faults as serve
from program import wait_until
from serve_ends import (SECRET, Receiver, connect, expected, in_background,
                        is_closed, numbers, record, send)
from serve_faults import Daemon

MIB = 1 << 20
LIMIT = 64 * MIB
# The program itself, Hyperscan's tables, the allocator's waste.
BESIDES = 32 * MIB


class MemoryLimit(program.Case):
    def start(self, sink_port, **source_options):
        self.port = serve.free_port()
        self.daemon = Daemon(self, serve.config(
            {"app": serve.tcp_source(self.port, framing="newline",
                                     **source_options)},
            {"out": serve.tcp_sink(sink_port,
                                   buffer={"max_size": "8MiB"})},
            memory_limit="64MiB"))

    def partial(self, i, size):
        return (b"part=%d key=%s " % (i, SECRET.encode())).ljust(size, b"p")

    def open_partials(self, count, size, after_each=lambda: 0):
        """Connections that begin a record each and do not end it; after each,
        as many further bytes are sent as `after_each` says."""
        socks, total = [], 0
        for i in range(count):
            socks.append(self.enterContext(connect(self.port)))
            socks[-1].sendall(self.partial(i, size))
            total += size + after_each()
            self.daemon.wait_metric(total, "source_bytes_total")
        return socks

    def assert_bounded(self):
        self.assertLess(self.daemon.metric("source_partial_bytes"), LIMIT)
        self.assertLess(self.daemon.memory_bytes("VmHWM"), LIMIT + BESIDES)

    def test_oldest_partial_record_is_given_up_and_a_good_sender_goes_on(self):
        receiver = Receiver(self)
        self.start(receiver.port)
        good = self.enterContext(connect(self.port))
        sent = []

        def send_good():
            line = record("good", len(sent)) + b"\n"
            good.sendall(line)
            sent.append(len(sent))
            return len(line)

        size = 900_000
        socks = self.open_partials(80, size, send_good)
        # When one more is through, all that came before is dealt with.
        size_so_far = self.daemon.metric("source_bytes_total")
        self.daemon.wait_metric(size_so_far + send_good(),
                                "source_bytes_total")
        self.assert_bounded()
        gone = int(self.daemon.closed("memory_limit"))
        self.assertGreater(gone, 10)
        self.assertEqual(
            self.daemon.metric("source_open_connections"), 81 - gone)
        self.assertEqual(len(self.daemon.wait_said("memory_limit")), 1)
        for sock in socks[:gone]:  # the oldest, and no others
            is_closed(sock)
        for sock in socks[gone:]:
            sock.sendall(b"end\n")
            sock.close()
        send_good()
        good.close()
        wait_until(lambda: self.daemon.closed("end") == 81 - gone)
        self.daemon.settled()
        receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        lines = receiver.lines()
        self.assertEqual(numbers(lines, "good"), sent)
        self.assertEqual(
            sorted(line for line in lines if line.startswith(b"part=")),
            sorted(expected(self.partial(i, size)) +
                   (b"end" if i >= gone else b"") for i in range(80)))
        self.assertEqual(self.daemon.metric("source_partial_bytes"), 0)

    def test_records_beyond_any_carry_are_limited_too(self):
        receiver = Receiver(self)
        self.start(receiver.port, max_length="4MiB")
        self.open_partials(20, 4_000_000)
        self.assert_bounded()
        self.assertGreater(self.daemon.closed("memory_limit"), 2)

    def test_records_of_which_pieces_have_left_are_limited_too(self):
        receiver = Receiver(self)
        self.start(receiver.port, max_length="1MiB")
        self.open_partials(100, 1_900_000)
        self.assert_bounded()
        self.assertGreater(self.daemon.closed("memory_limit"), 10)

    def test_least_memory_that_is_accepted_takes_the_longest_record(self):
        receiver = Receiver(self)
        self.port = serve.free_port()
        size = 16 * MIB

        def settings(limit):
            return serve.config(
                {"app": serve.tcp_source(self.port, framing="newline",
                                         max_length="16MiB")},
                {"out": serve.tcp_sink(receiver.port,
                                       buffer={"max_size": "4MiB"})},
                memory_limit=limit, workers=2)

        refused = program.run("validate", "-c", str(self.file(
            "config.yaml", json.dumps(settings("1MiB")))))
        least = re.search(rb"less than the (\w+) that", refused.stderr)[1]
        self.daemon = Daemon(self, settings(least.decode()))
        data = self.partial(1, size - 100)
        send(self.port, data + b"\n")
        self.daemon.settled(1)
        receiver.wait_for(len(expected(data)) + 1)
        self.assert_same(receiver.data(), expected(data) + b"\n")
        self.assertEqual(self.daemon.closed("memory_limit"), 0)

    def test_small_partial_records_of_many_are_limited_too(self):
        receiver = Receiver(self)
        self.start(receiver.port)
        socks = [self.enterContext(connect(self.port)) for _ in range(800)]
        total = 0
        for i, sock in enumerate(socks):
            sock.sendall(self.partial(i, 100_000))
            total += 100_000
        self.daemon.wait_metric(total, "source_bytes_total")
        self.assert_bounded()
        self.assertGreater(self.daemon.closed("memory_limit"), 100)

    def test_limit_with_a_dead_sink_is_no_deadlock(self):
        port = serve.free_port()
        self.start(port)
        size = 900_000
        socks = [self.enterContext(connect(self.port)) for _ in range(80)]
        senders = [in_background(self, send_part, sock, self.partial(i, size))
                   for i, sock in enumerate(socks)]
        self.daemon.wait_metric(1, "source_closed_connections_total",
                                reason="memory_limit")
        wait_until(lambda: self.daemon.metric("sink_queue_bytes") >= 8 * MIB)
        self.assert_bounded()
        receiver = Receiver(self, port=port)
        for sender, sock in zip(senders, socks):
            sender.join()
            sock.close()
        wait_until(lambda: self.daemon.metric("source_open_connections") == 0)
        self.assert_bounded()
        self.daemon.settled()
        receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        lines = {line.split()[0]: line for line in receiver.lines()}
        self.assertEqual(len(receiver.lines()), 80)
        for i in range(80):  # what was given up ends early
            self.assertTrue(expected(self.partial(i, size)).startswith(
                lines[b"part=%d" % i]), i)


def send_part(sock, data):
    try:
        sock.sendall(data)
    except OSError:  # given up for its memory
        pass


if __name__ == "__main__":
    unittest.main()
