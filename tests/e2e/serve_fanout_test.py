"""Several sources to one sink, one source to several sinks, and files."""
import collections
import re
import socket
import subprocess
import threading
import unittest

import serve_program
from program import secret, wait_until
from serve_program import HOST, MARK, connect, free_port, line, send
from serve_reference import redact

NUMBER = re.compile(rb"s(\d+) n(\d+) ")


def numbered(stream, count):
    """Records that tell their connection and their place in it."""
    return [b"s%d n%d %s" % (stream, number, line(number, number % 7 or None))
            for number in range(count)]


def lines(records):
    return b"".join(record + b"\n" for record in records)


def streams_of(data):
    """The records of each connection, as they came."""
    found = collections.defaultdict(list)
    for record in data.split(b"\n")[:-1]:
        found[int(NUMBER.match(record)[1])].append(record)
    return found


def tcp_source(port, **more):
    return {"type": "lines", "address": f"tcp://{HOST}:{port}", **more}


def tcp_sink(port, *inputs):
    return {"type": "lines", "inputs": list(inputs),
            "address": f"tcp://{HOST}:{port}"}


class Fanout(serve_program.Case):
    def setUp(self):
        super().setUp()
        self.ports = [free_port() for _ in range(4)]

    def send_all(self, streams, address):
        """Each stream by a connection of its own, all at once."""
        threads = [threading.Thread(target=send, args=(
            address(number), *(record + b"\n" for record in records)))
            for number, records in streams.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def assert_streams(self, data, streams):
        self.assertEqual(streams_of(data), {
            number: [redact(record) for record in records]
            for number, records in streams.items()})

    def test_many_connections_keep_their_order_with_one_and_two_workers(self):
        streams = {number: numbered(number, 1000) for number in range(12)}
        size = len(redact(lines(sum(streams.values(), []))))
        for workers in 1, 2:
            with self.subTest(f"{workers} workers"):
                source, out = free_port(), free_port()
                receiver = self.receive(out)
                daemon = self.serve({
                    "service": {"workers": workers},
                    "sources": {"app": tcp_source(source)},
                    "sinks": {"out": tcp_sink(out, "app")}})
                self.send_all(streams, lambda _: source)
                receiver.wait_for_bytes(size)
                self.assert_streams(receiver.data(), streams)
                self.assertEqual(
                    daemon.settled()("source_connections_total"), 12)

    def test_globs_choose_the_sources_of_each_sink(self):
        web_a, web_b, audit = (free_port() for _ in range(3))
        inputs = {"web": ["web_*"], "all": ["*"], "audit": ["audit"]}
        outs = {name: free_port() for name in inputs}
        receivers = {name: self.receive(port) for name, port in outs.items()}
        daemon = self.serve({
            "sources": {"web_a": tcp_source(web_a),
                        "web_b": tcp_source(web_b),
                        "audit": tcp_source(audit)},
            "sinks": {name: tcp_sink(outs[name], *inputs[name])
                      for name in inputs}})
        streams = {number: numbered(number, 500) for number in range(3)}
        self.send_all(streams, lambda n: (web_a, web_b, audit)[n])
        for name, wanted in ("web", (0, 1)), ("all", (0, 1, 2)), (
                "audit", (2,)):
            part = {number: streams[number] for number in wanted}
            size = len(redact(lines(sum(part.values(), []))))
            self.assert_streams(receivers[name].wait_for_bytes(size), part)
        page = daemon.settled(1500)
        self.assertEqual(page.pairs(), {
            ("web_a", "web"), ("web_b", "web"), ("web_a", "all"),
            ("web_b", "all"), ("audit", "all"), ("audit", "audit")})
        self.assertEqual(page("delivered_records_total", sink="all"), 1500)

    def test_a_slow_sink_that_drops_newest_does_not_stop_the_other(self):
        source, fast, slow = (free_port() for _ in range(3))
        receiver = self.receive(fast)
        records = [line(number, 5) + b"x" * 2000 for number in range(3000)]
        with socket.create_server((HOST, slow)):  # takes, and never reads
            daemon = self.serve({
                "service": {"drain_timeout": "200ms"},
                "sources": {"app": tcp_source(source)},
                "sinks": {"fast": tcp_sink(fast, "app"),
                          "slow": {**tcp_sink(slow, "app"), "buffer": {
                              "max_size": "64KiB",
                              "when_full": "drop_newest"}}}}, exit_code=2)
            send(source, lines(records))
            expected = redact(lines(records))
            self.assert_same(receiver.wait_for_bytes(len(expected)), expected)
            page = daemon.balanced()
            self.assertGreater(page("dropped_records_total", sink="slow",
                                    reason="buffer_full"), 0)
            self.assertEqual(page("dropped_records_total", sink="fast"), 0)
            daemon.stop()


    def test_a_sink_that_blocks_stops_its_source_and_loses_nothing(self):
        source, fast, slow = (free_port() for _ in range(3))
        receiver = self.receive(fast)
        records = [line(number, 5) + b"x" * 2000 for number in range(15000)]
        expected = redact(lines(records))
        small = {"buffer": {"max_size": "2MiB"}}
        with socket.create_server((HOST, slow)) as server:
            daemon = self.serve({
                "sources": {"app": tcp_source(source)},
                "sinks": {"fast": {**tcp_sink(fast, "app"), **small},
                          "slow": {**tcp_sink(slow, "app"), **small}}})
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as reader:
                sender = threading.Thread(target=send, args=(
                    source, lines(records)))
                sender.start()
                daemon.wait_for("sink_queue_bytes", 2 << 20, sink="slow")
                self.assert_same(reader.read(len(expected)), expected)
                sender.join()
                daemon.settled()
        self.assert_same(receiver.wait_for_bytes(len(expected)), expected)
        page = daemon.settled()
        self.assertEqual(page("dropped_records_total"), 0)
        self.assertGreater(page("source_stalled_seconds_total"), 0)


class Headers(serve_program.Case):
    """RFC 5424 before what is no syslog yet."""

    def test_a_syslog_sink_puts_a_header_before_lines_only(self):
        plain, syslog, out = free_port(), free_port(), free_port()
        receiver = self.receive(out)
        self.serve({
            "sources": {"plain": tcp_source(plain),
                        "log": {**tcp_source(syslog), "type": "syslog"}},
            "sinks": {"out": {
                "type": "syslog", "inputs": ["*"],
                "address": f"tcp://{HOST}:{out}",
                "framing": "octet_counting", "facility": "local3",
                "severity": "notice", "app_name": "web", "hostname": "h1"}}})
        send(syslog, b"<13>1 - h a - - - " + line(1, 1) + b"\n")
        kept = b"<13>1 - h a - - - " + redact(line(1, 1))
        kept = b"%d %s" % (len(kept), kept)
        self.assert_same(receiver.wait_for_bytes(len(kept)), kept)
        send(plain, line(2, 2) + b"\n")
        receiver.wait_for(lambda r: r.data().endswith(b" end")
                          and len(r.data()) > len(kept))
        count, record = receiver.data()[len(kept):].split(b" ", 1)
        self.assertEqual(int(count), len(record))
        stamp = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)"
        self.assertRegex(record, rb"^<157>1 " + stamp + rb" h1 web - - - "
                         + re.escape(redact(line(2, 2))) + rb"$")


class Files(serve_program.Case):
    def serve_file(self):
        self.port, self.path = free_port(), self.folder / "out.log"
        return self.serve({
            "sources": {"app": tcp_source(self.port)},
            "sinks": {"file": {"type": "file", "inputs": ["app"],
                               "path": str(self.path)}}})

    def test_a_new_file_is_not_for_everybody(self):
        self.serve_file()
        send(self.port, line(1, 1) + b"\n")
        self.assert_file(self.path, redact(line(1, 1)) + b"\n")
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o640)

    def test_what_a_file_held_before_stays(self):
        self.file("out.log", "before\n")
        self.serve_file()
        send(self.port, line(1, 1) + b"\n")
        self.assert_file(self.path, b"before\n" + redact(line(1, 1)) + b"\n")

    def test_rotation_of_an_idle_file_opens_the_new_one(self):
        daemon = self.serve_file()
        self.path.rename(self.folder / "out.log.1")
        daemon.reload()
        wait_until(self.path.exists)
        send(self.port, line(1, 1) + b"\n")
        self.assert_file(self.path, redact(line(1, 1)) + b"\n")

    def test_rotation_under_load_loses_and_doubles_nothing(self):
        daemon = self.serve_file()
        block = lines(numbered(0, 100))
        enough, sent = threading.Event(), []

        def feed():
            with connect(self.port) as sender:
                while not enough.is_set():
                    sender.sendall(block)
                    sent.append(block)
        sender = threading.Thread(target=feed)
        sender.start()
        rotated = []
        for turn in range(6):  # as logrotate does: rename, then SIGHUP
            daemon.wait_for("delivered_records_total", 1 + daemon.metrics()(
                "delivered_records_total"))
            rotated.append(self.folder / f"out.log.{turn}")
            self.path.rename(rotated[-1])
            daemon.reload()
            wait_until(self.path.exists)
        enough.set()
        sender.join()
        expected = redact(block) * len(sent)
        files = [*rotated, self.path]
        wait_until(lambda: sum(each.stat().st_size for each in files)
                   >= len(expected))
        contents = [each.read_bytes() for each in files]
        self.assert_same(b"".join(contents), expected)
        self.assertTrue(all(each.endswith(b"\n") for each in contents if each))


class StandardStreams(serve_program.Case):
    def test_stdin_goes_to_stdout_and_ends_the_daemon(self):
        records = numbered(0, 5000)
        daemon = self.serve({
            "sources": {"in": {"type": "stdin"}},
            "sinks": {"out": {"type": "stdout", "inputs": ["in"]}}},
            stdin=subprocess.PIPE)
        daemon.write(lines(records[:100]))
        expected = redact(lines(records))
        self.assert_file(daemon.received, redact(lines(records[:100])))
        daemon.write(lines(records[100:]))
        daemon.process.stdin.close()
        self.assertEqual(daemon.process.wait(serve_program.HANG_SECONDS), 0)
        self.assert_same(daemon.received.read_bytes(), expected)

    def test_stdin_of_nul_records_keeps_lines_together(self):
        daemon = self.serve({
            "sources": {"in": {"type": "stdin", "framing": "nul"}},
            "sinks": {"out": {"type": "stdout", "inputs": ["in"],
                              "framing": "nul"}}}, stdin=subprocess.PIPE)
        record = f"{MARK}\n{secret(1)}\nend".encode()
        daemon.write(record + b"\0" + record)
        daemon.process.stdin.close()
        daemon.process.wait(serve_program.HANG_SECONDS)
        self.assert_same(daemon.received.read_bytes(),
                         redact(record + b"\0" + record + b"\0"))

    def test_words_need_no_file(self):
        port = free_port()
        out = self.folder / "out"
        with serve_program.program.Running(
                "serve", "--source", f"lines+tcp://{HOST}:{port}",
                "--sink", f"file://{out}") as app:
            wait_until(lambda: serve_program.peers.is_open("tcp", port))
            with connect(port) as sender:
                sender.sendall(line(1, 1))
            self.assert_file(out, redact(line(1, 1)) + b"\n")
            app.process.terminate()
            self.assertEqual(app.process.wait(serve_program.HANG_SECONDS), 0)


if __name__ == "__main__":
    unittest.main()
