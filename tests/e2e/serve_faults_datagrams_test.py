"""Datagrams: any size, floods, and senders that must never wait."""
import socket
import threading
import unittest

import program
import serve_faults as serve
from program import wait_until
from serve_ends import LOCAL, SECRET, Receiver, expected, numbers, record
from serve_faults import Daemon

SIZES = (0, 1, 480, 2048, 65_507)


class Case(program.Case):
    def start(self, address, sink_port=None, source=None, exit_code=0,
              **sink_options):
        self.receiver = Receiver(self)
        self.daemon = Daemon(self, serve.config(
            {"app": {"type": "syslog", "address": address, **(source or {})}},
            {"out": serve.tcp_sink(sink_port or self.receiver.port,
                                   **sink_options)},
            drain_timeout="100ms" if exit_code else "10s"), exit_code)

    def start_udp(self, *args, **options):
        self.port = serve.free_port()
        self.start(f"udp://{LOCAL}:{self.port}", *args, **options)
        self.sock = self.enterContext(
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.sock.connect((LOCAL, self.port))

    def start_unix(self, *args, **options):
        path = str(self.folder / "log.sock")
        self.start(f"unixgram://{path}", *args, **options)
        self.sock = self.enterContext(
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self.sock.settimeout(program.HANG_SECONDS)
        self.sock.connect(path)

    def count(self, *names):
        return self.daemon.metric(*names)

    def assert_balanced(self, sent):
        """Each was read or dropped by the kernel, and each that was read is
        somewhere."""
        wait_until(lambda: sent == self.count(
            "source_records_total", "source_kernel_dropped_datagrams_total"))
        self.daemon.balanced()


class Flood(Case):
    def test_many_peers_silence_no_other_message(self):
        over = threading.Event()
        receiver = Receiver(self, lambda taken: over.wait())
        self.addCleanup(over.set)
        self.start_udp(receiver.port, {"permit_origin": ["10.0.0.0/8"]})
        for i in range(1100):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.bind((f"127.1.{i // 250}.{i % 250 + 1}", 0))
                sock.sendto(b"no", (LOCAL, self.port))
            if i % 50 == 49:
                self.daemon.wait_metric(i + 1, "source_not_permitted_total")
        over.set()
        wait_until(lambda: self.daemon.said("sink is down"))
        self.assertLess(len(self.daemon.said("not permitted")), 200)


class Many(Case):
    COUNT = 16

    def test_sources_share_what_they_read_into(self):
        """4 MiB a worker, not a source. Each finds a burst that has come while
        the daemon stood still."""
        ports = [serve.free_port() for _ in range(self.COUNT)]
        self.daemon = Daemon(self, serve.config(
            {f"app{i}": {"type": "syslog", "address": f"udp://{LOCAL}:{port}"}
             for i, port in enumerate(ports)},
            {"out": {"type": "blackhole"}}))
        before = self.daemon.memory_bytes()
        for i, port in enumerate(ports, 1):
            self.daemon.burst((LOCAL, port), 100)
            self.assert_balanced(100 * i)
        grown = self.daemon.memory_bytes() - before
        self.assertLess(grown, self.COUNT << 20)


class Sizes(Case):
    def test_datagram_of_any_size_is_a_record(self):
        for start in self.start_udp, self.start_unix:
            start()
            records = [b"<13>" * (size // 4) + b"x" * (size % 4)
                       for size in SIZES]
            records += [record("a", 1) + b"\nsecond line", b"\0", b"\n",
                        SECRET.encode() * 1000]
            for each in records:
                self.sock.send(each)
            records = [each.removesuffix(b"\n").removesuffix(b"\0")
                       for each in records]
            empty = records.count(b"")
            self.daemon.settled(len(records) - empty)
            self.assertEqual(
                self.daemon.metric("source_empty_records_total"), empty)
            records = list(filter(None, records))
            wanted = b"".join(
                expected(each).replace(b"\n", b"#012") + b"\n"
                for each in records)
            self.receiver.wait_for(len(wanted))
            self.assert_same(self.receiver.data(), wanted)

    def test_datagram_longer_than_a_record_may_be_is_cut(self):
        self.start_udp(source={"max_length": "512B"})
        data = b"<13>" + b"y" * 505 + SECRET.encode() + b"z" * 1000
        self.sock.send(data)
        self.daemon.settled(1)
        self.receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        lines = self.receiver.lines()
        self.assertEqual(b"".join(lines), expected(data))
        self.assertLessEqual(max(map(len, lines)), 512)
        self.assertEqual(self.daemon.metric("source_split_records_total"),
                         len(lines) - 1)


class Floods(Case):
    COUNT = 50_000

    def test_flood_is_delivered_or_counted(self):
        self.start_udp()
        for n in range(self.COUNT):
            self.sock.send(record("flood", n))
        self.assert_balanced(self.COUNT)
        self.daemon.settled()
        delivered = self.count("delivered_records_total")
        wait_until(lambda: len(self.receiver.lines()) == delivered)
        got = numbers(self.receiver.lines(), "flood")
        self.assertEqual(got, sorted(set(got)))
        self.assertEqual(program.leaks(self.receiver.data(), SECRET), [])

    def test_flood_to_a_dead_sink_is_kept_up_to_its_buffer_and_counted(self):
        self.start_udp(serve.free_port(), exit_code=2,
                       buffer={"max_size": "256KiB"})
        before = self.daemon.memory_bytes()
        for n in range(self.COUNT):
            self.sock.send(record("flood", n))
        self.assert_balanced(self.COUNT)
        self.assertGreater(self.daemon.metric("dropped_records_total",
                                              reason="buffer_full"), 0)
        self.assertEqual(len(self.daemon.wait_said("records are dropped")), 1)
        self.assertLess(self.daemon.memory_bytes() - before, 8 << 20)

    def test_not_permitted_datagrams_are_counted(self):
        self.start_udp(source={"permit_origin": ["127.0.0.2/32"]})
        for _ in range(100):
            self.sock.send(record("no", 1))
        self.daemon.wait_metric(100, "source_not_permitted_total")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.2", 0))
            sock.sendto(record("yes", 1), (LOCAL, self.port))
        self.daemon.settled(1)
        self.receiver.wait_for(1)
        self.assertEqual(len(self.daemon.wait_said("not permitted")), 1)
        self.assertEqual(self.daemon.metric("source_records_total"), 1)


class KernelDrops(Case):
    NAMES = ("app", "other")

    def test_they_stay_with_the_name_that_they_were_counted_for(self):
        """The socket goes on, and so does the kernel's count of it."""
        self.start_udp(inputs=["*"])
        settings = self.daemon.settings
        for turn, name in enumerate(self.NAMES * 2, 1):
            settings["sources"] = {name: settings["sources"].popitem()[1]}
            self.daemon.reload(settings)
            before = {each: self.dropped(each) for each in self.NAMES}
            self.daemon.burst((LOCAL, self.port), 500)
            self.assert_balanced(turn * 500)
            for each in self.NAMES:
                (self.assertGreater if each == name else self.assertEqual)(
                    self.dropped(each), before[each])

    def dropped(self, name):
        return self.daemon.metric("source_kernel_dropped_datagrams_total",
                                  source=name)


class UnixSenders(Case):
    def test_sender_never_waits_for_a_dead_sink(self):
        """Where the source blocked, its small queue would fill and send()
        hang until it times out."""
        self.start_unix(serve.free_port(), exit_code=2,
                        buffer={"max_size": "256KiB"})
        count = 20_000
        for n in range(count):
            self.sock.send(record("unix", n))
        self.assert_balanced(count)
        self.assertGreater(self.daemon.metric("dropped_records_total",
                                              reason="buffer_full"), 0)
        self.assertEqual(
            self.count("source_kernel_dropped_datagrams_total"), 0)

    def test_sender_never_waits_for_a_sink_that_does_not_read(self):
        self.start_unix(buffer={"max_size": "256KiB"})
        self.receiver.gate.clear()
        count = 20_000
        for n in range(count):
            self.sock.send(record("unix", n, pad=1000))
        self.assert_balanced(count)
        self.receiver.gate.set()
        self.daemon.settled()
        delivered = self.count("delivered_records_total")
        wait_until(lambda: len(self.receiver.lines()) == delivered)
        self.assertLess(delivered, count)
        self.assertGreater(delivered, 0)


if __name__ == "__main__":
    unittest.main()
