"""SIGHUP: the new configuration in one step, or the old one as it was."""
import copy
import json
import os
import signal
import socket
import threading
import unittest

import serve_program
from program import MASK, secret, wait_until, wrong
from serve_program import HOST, MARK, connect, free_port, line, send
from serve_reference import redact


def source(port, **more):
    return {"type": "lines", "address": f"tcp://{HOST}:{port}", **more}


def sink(port, *inputs):
    return {"type": "lines", "inputs": list(inputs),
            "address": f"tcp://{HOST}:{port}"}


class Load:
    """Numbered lines over one connection, until the block ends."""

    def __init__(self, port):
        self.port, self.sent = port, []
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self.feed)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.enough.set()
        self.thread.join()

    def feed(self):
        with connect(self.port) as sender:
            while not self.enough.is_set():
                number = len(self.sent)
                self.sent.append(line(number, number % 5 or None) + b"\n")
                sender.sendall(self.sent[-1])


class Flood(Load):
    """Blocks of lines."""

    def feed(self):
        block = b"".join(line(number) + b"\n" for number in range(2000))
        with connect(self.port) as sender:
            sender.settimeout(None)
            while not self.enough.is_set():
                sender.sendall(block)


class Count:
    """Reads a connection to its end."""

    def __init__(self, connection):
        self.bytes, self.connection = 0, connection
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while size := len(self.connection.recv(1 << 18)):
            self.bytes += size


class Reload(serve_program.Case):
    def setUp(self):
        super().setUp()
        self.port, self.out = free_port(), free_port()
        self.receiver = self.receive(self.out)
        self.config = {"sources": {"app": source(self.port)},
                       "sinks": {"out": sink(self.out, "app")}}
        self.daemon = self.serve(self.config)

    def reload(self, config=None, **sections):
        """The configuration with other sections; the result's count."""
        before = self.daemon.metrics()
        self.daemon.reload(config or {**copy.deepcopy(self.config),
                                      **sections})
        after = self.daemon.metrics()
        return {result: after("reloads_total", result=result)
                - before("reloads_total", result=result)
                for result in ("done", "refused")}

    def assert_arrives(self, data, receiver=None):
        receiver = receiver or self.receiver
        before = len(receiver.data())
        send(self.port, data)
        expected = redact(data)
        receiver.wait_for_bytes(before + len(expected))
        self.assert_same(bytes(receiver.data()[before:]), expected)

    def test_stdin_comes_is_renamed_and_goes(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, writer)
        port = free_port()

        def config(*names):
            stdin = {name: {"type": "stdin"} for name in names}
            return {"sources": {"tcp": source(port), **stdin},
                    "sinks": {"out": sink(self.out, "tcp", *names)}}
        daemon = self.serve(config(), stdin=reader)
        os.close(reader)
        expected = b""
        for number, name in enumerate(("one", "two"), 1):
            daemon.reload(config(name))
            os.write(writer, line(number, 1) + b"\n")
            expected += redact(line(number, 1)) + b"\n"
            self.assert_same(self.receiver.wait_for_bytes(len(expected)),
                             expected)
        daemon.reload(config())
        send(port, line(3, 1) + b"\n")
        expected += redact(line(3, 1)) + b"\n"
        self.assert_same(self.receiver.wait_for_bytes(len(expected)), expected)

    def test_a_source_that_waited_for_a_sink_goes_on_with_the_next(self):
        port, dead = free_port(), free_port()
        listener = socket.create_server((HOST, 0))
        self.addCleanup(listener.close)

        def config(out):
            return {"service": {"drain_timeout": "1s"},
                    "sources": {"app": source(port)},
                    "sinks": {"out": {**sink(out, "app"),
                                      "buffer": {"max_size": "1MiB"}}}}
        daemon = self.serve(config(dead))
        with Flood(port) as flood:
            daemon.wait_for("source_stalled_seconds_total", 0.1)
            daemon.reload(config(listener.getsockname()[1]))
            wait_until(lambda: "of a removed sink" in daemon.log.read_text())
            daemon.wait_for("sink_queue_bytes", 1 << 20)  # it waits again
            connection, _ = listener.accept()
            with connection:
                count = Count(connection)
                wait_until(lambda: count.bytes > 64 << 20)
                flood.enough.set()
                flood.thread.join()
                # All that the kernels still hold has been read then.
                wait_until(lambda: daemon.metrics()(
                    "source_open_connections", source="app") == 0)
                daemon.settled()

    def test_reloads_under_load_lose_and_refuse_nothing(self):
        short = b""
        with Load(self.port) as load:
            for turn in range(30):
                wanted = "refused" if turn % 2 else "done"
                redacting = {"mask": "nonsense" if turn % 2 else "short"}
                self.assertEqual(self.reload(redact=redacting)[wanted], 1)
                short += b"short %d\n" % turn
                send(self.port, b"short %d\n" % turn)
        expected = redact(b"".join(load.sent))
        got = self.receiver.wait_for_bytes(len(expected) + len(short))
        records = got.splitlines(keepends=True)
        self.assert_same(b"".join(
            each for each in records if not each.startswith(b"short")),
            expected)
        self.assert_same(b"".join(
            each for each in records if each.startswith(b"short")), short)

    def test_a_sink_that_changes_under_load_gets_each_record_once(self):
        """The old one delivers what it has, on its own connection."""
        with Load(self.port) as load:
            for turn in range(12):
                sinks = {"out": {**sink(self.out, "app"), "buffer": {
                    "max_size": f"{8 + turn}MiB"}}}
                self.assertEqual(self.reload(sinks=sinks)["done"], 1)
        records = redact(b"".join(load.sent)).splitlines()
        self.receiver.wait_for(
            lambda r: r.data().count(b"\n") >= len(records))
        self.assertEqual(sorted(self.receiver.data().splitlines()), records)

    def test_a_source_that_changes_under_load_loses_nothing(self):
        """Its connections stay; they are read by the new rules."""
        with Load(self.port) as load:
            for turn in range(12):
                self.assertEqual(self.reload(sources={
                    "app": source(self.port, max_length=f"{8 + turn}KiB",
                                  idle_timeout=f"{turn + 60}s")})["done"], 1)
        expected = redact(b"".join(load.sent))
        self.assert_same(self.receiver.wait_for_bytes(len(expected)), expected)

    def test_a_new_source_and_a_new_sink_begin(self):
        port, out = free_port(), free_port()
        receiver = self.receive(out)
        self.assertEqual(self.reload(
            sources={"app": source(self.port), "new": source(port)},
            sinks={"out": sink(self.out, "app"),
                   "copy": sink(out, "app", "new")})["done"], 1)
        self.assert_arrives(line(1, 1) + b"\n", receiver)
        self.port = port
        self.assert_arrives(line(2, 2) + b"\n", receiver)
        self.assertNotIn(b"000002", self.receiver.data())

    def test_a_source_that_is_gone_refuses_connections(self):
        old, self.port = self.port, free_port()
        self.reload(sources={"app": source(self.port)})
        self.assert_arrives(line(1, 1) + b"\n")
        with self.assertRaises(ConnectionRefusedError):
            connect(old)

    def test_rules_change(self):
        record = f"{MARK} {wrong(1)} end\n".encode()
        self.assert_arrives(record)
        self.reload(redact={"mismatch": "redact"})
        send(self.port, record)
        masked = f"{MARK} {MASK} end\n".encode()
        self.receiver.wait_for(lambda r: r.data().endswith(masked))
        self.assertEqual(self.receiver.data(), record + masked)

    def test_masks_get_their_new_length(self):
        record = f"{MARK} {secret(1)} end\n".encode()
        masked = [f"{MARK} {mask} end\n".encode()
                  for mask in (MASK, MASK + "*" * 56, MASK)]
        send(self.port, record)
        self.receiver.wait_for(lambda r: r.data().endswith(masked[0]))
        for mask, wanted in ("same_length", masked[1]), ("short", masked[2]):
            self.reload(redact={"mask": mask})
            send(self.port, record)
            self.receiver.wait_for(lambda r, w=wanted: r.data().endswith(w))
        self.assertEqual(self.receiver.data(), b"".join(masked))

    def test_a_bad_file_is_told_and_the_old_one_goes_on(self):
        for bad in ({"sources": {"app": {"type": "lines"}}},
                    {"sinks": {"out": sink(self.out, "ap")}},
                    {"redact": {"forms": "all"}}, {"bogus": 1}):
            with self.subTest(str(bad)):
                self.assertEqual(self.reload(**bad),
                                 {"done": 0, "refused": 1})
                self.assert_arrives(line(1, 1) + b"\n")
        self.assertIn("config-", self.daemon.log.read_text())
        self.assertIn("did you mean app?", self.daemon.log.read_text())

    def test_what_is_wrong_with_a_file_is_a_line_of_the_log(self):
        port = free_port()
        config = {"service": {"log": {"format": "json"}},
                  "sources": {"app": source(port)},
                  "sinks": {"out": {"type": "blackhole", "inputs": ["app"]}}}
        daemon = self.serve(config)
        daemon.write_config({**config, "sauces": {}, "sinks": {}})
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("reloads_total", 1, result="refused")
        wait_until(lambda: "not reloaded" in daemon.log.read_text())
        said = [json.loads(each) for each in daemon.log.read_text().splitlines()]
        reasons = [each["reason"] for each in said
                   if each["message"] == "configuration"]
        self.assertTrue(any("sauces" in each and str(daemon.config) in each
                            for each in reasons), said)

    def test_a_port_that_is_taken_changes_nothing(self):
        taken = free_port()
        self.receive(taken)
        self.assertEqual(self.reload(sources={
            "app": source(self.port), "new": source(taken)})["refused"], 1)
        self.assert_arrives(line(1, 1) + b"\n")
        self.assertEqual(self.daemon.metrics().pairs(), {("app", "out")})

    def test_a_removed_sink_delivers_what_it_has_first(self):
        out = free_port()
        second = self.receive(out)
        self.daemon.not_from_the_start = {("app", "second")}
        self.reload(sinks={"out": sink(self.out, "app"),
                           "second": sink(out, "app")})
        data = b"".join(line(number, 1) + b"\n" for number in range(2000))
        send(self.port, data)
        self.daemon.wait_for("source_records_total", 2000)
        self.reload(self.config)
        wait_until(lambda: len(second.data()) == len(redact(data)))
        self.assert_same(second.data(), redact(data))
        self.assert_arrives(line(2, 2) + b"\n")


if __name__ == "__main__":
    unittest.main()
