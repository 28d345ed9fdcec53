"""SIGHUP under load: nothing lost, nobody refused, whatever the file says."""
import contextlib
import copy
import json
import os
import threading
import unittest

import program
import serve_faults as serve
from program import wait_until, waiting
from serve_ends import (LOCAL, SECRET, Receiver, connect, expected, is_closed,
                        lines_of, numbers, send)
from serve_faults import Daemon


class Load:
    """Senders that connect anew for every batch, until they are told to end;
    each batch is read to its end by the daemon."""

    def __init__(self, case, port, senders=2):
        self.port = port
        self.over = threading.Event()
        self.sent = [0] * senders
        self.failures = []
        self.threads = [threading.Thread(target=self.run, args=(i,))
                        for i in range(senders)]
        for thread in self.threads:
            thread.start()
        case.addCleanup(self.end)

    def run(self, i):
        while not self.over.is_set():
            try:
                if not send(self.port, lines_of(i, 100, first=self.sent[i])):
                    self.failures.append("reset")
            except OSError as error:
                self.failures.append(repr(error))
            self.sent[i] += 100

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        return self

    def wait_more(self):
        """Until each sender has sent a batch from its start to its end."""
        before = list(self.sent)
        wait_until(lambda: self.failures or all(
            now > then + 200 for now, then in zip(self.sent, before)))


class Case(program.Case):
    def start(self, **source_options):
        self.port = serve.free_port()
        self.receiver = Receiver(self)
        self.settings = serve.config(
            {"app": serve.tcp_source(self.port, **source_options)},
            {"out": serve.tcp_sink(self.receiver.port)})
        self.daemon = Daemon(self, self.settings)

    def changed(self, change):
        settings = copy.deepcopy(self.settings)
        change(settings)
        return settings

    def assert_nothing_lost(self, load, *receivers):
        """All arrived; in order for each sender where one receiver took it."""
        self.assertEqual(load.end().failures, [])
        self.daemon.settled(sum(load.sent))
        wait_until(lambda: sum(len(each.lines()) for each in receivers) >=
                   sum(load.sent))
        lines = [line for each in receivers for line in each.lines()]
        for i, count in enumerate(load.sent):
            self.assertEqual(sorted(numbers(lines, i)), list(range(count)))
        if len(receivers) == 1:
            self.assertEqual(numbers(lines, 0), list(range(load.sent[0])))

    def reload_under_load(self, change, *more_receivers):
        load = Load(self, self.port)
        load.wait_more()
        self.daemon.reload(self.changed(change))
        load.wait_more()
        self.assert_nothing_lost(load, self.receiver, *more_receivers)


class Valid(Case):
    def test_another_sink_address_loses_nothing(self):
        self.start()
        other = Receiver(self)

        def change(settings):
            settings["sinks"]["out"]["address"] = f"tcp://{LOCAL}:{other.port}"
        self.reload_under_load(change, other)
        self.assertGreater(len(other.lines()), 0)
        first = [numbers(each.lines(), 0) for each in (self.receiver, other)]
        self.assertEqual(first[0] + first[1], sorted(first[0] + first[1]))

    def test_what_waits_for_a_sink_that_leaves_is_delivered(self):
        port = serve.free_port()
        self.start()
        out = self.settings["sinks"]["out"]
        out["address"] = f"tcp://{LOCAL}:{port}"
        self.daemon.reload(self.settings)
        send(self.port, lines_of("old", 1000))
        other = Receiver(self)
        out["address"] = f"tcp://{LOCAL}:{other.port}"
        self.daemon.reload(self.settings)
        send(self.port, lines_of("new", 1000))
        other.wait_for(len(expected(lines_of("new", 1000))))
        late = Receiver(self, port=port)
        late.wait_for(len(expected(lines_of("old", 1000))))
        self.daemon.settled(2000)
        self.assert_same(other.data(), expected(lines_of("new", 1000)))
        self.assert_same(late.data(), expected(lines_of("old", 1000)))

    def test_another_source_is_added_and_removed(self):
        self.start()
        port = serve.free_port()
        load = Load(self, self.port)

        def add(settings):
            settings["sources"]["more"] = serve.tcp_source(port)
            settings["sinks"]["out"]["inputs"] = ["*"]
        self.daemon.reload(self.changed(add))
        with connect(port) as sock:
            sock.sendall(lines_of("more", 10_000))
            load.wait_more()
            self.daemon.reload(self.settings)
            self.assertTrue(is_closed(sock))
        with self.assertRaises(ConnectionRefusedError):
            connect(port)
        load.wait_more()
        self.assertEqual(load.end().failures, [])
        self.daemon.settled(sum(load.sent) + 10_000)
        wait_until(lambda: len(self.receiver.lines()) ==
                   sum(load.sent) + 10_000)
        self.assertEqual(numbers(self.receiver.lines(), "more"),
                         list(range(10_000)))
        self.assertEqual(self.daemon.stop(), 0)

    def test_another_mask_counts_from_the_next_record_on(self):
        self.start()
        with connect(self.port) as sock:
            sock.sendall(b"before %s\n" % SECRET.encode())
            self.daemon.settled(1)
            self.daemon.reload(self.changed(
                lambda s: s.update(redact={"mask": "same_length"})))
            sock.sendall(b"long %s\n" % SECRET.encode())
            self.daemon.settled(2)
        self.daemon.reload(self.settings)
        send(self.port, b"after %s\n" % SECRET.encode())
        mask = program.MASK.encode()
        self.receiver.wait_for(1)
        self.daemon.settled(3)
        wait_until(lambda: len(self.receiver.lines()) == 3)
        self.assertEqual(self.receiver.lines(), [
            b"before " + mask, b"long cflt" + b"*" * 60, b"after " + mask])

    def test_other_limits_count_for_open_connections(self):
        self.start()
        line = b"x" * 2000 + b"\n"
        with connect(self.port) as sock:
            sock.sendall(line)
            self.daemon.settled(1)
            self.daemon.reload(self.changed(
                lambda s: s["sources"]["app"].update(max_length="1KiB")))
            sock.sendall(line)
            self.daemon.settled(2)
        self.receiver.wait_for(2 * 2001 + 1)
        self.assertEqual([len(each) for each in self.receiver.lines()],
                         [2000, 1024, 976])

    def test_everything_at_once_loses_nothing(self):
        self.start()
        port = serve.free_port()

        def change(settings):
            settings["redact"] = {"mismatch": "redact"}
            settings["sources"]["app"].update(max_length="64KiB",
                                              connection_limit=99)
            settings["sources"]["more"] = serve.tcp_source(port)
            settings["sinks"]["out"]["buffer"] = {"max_size": "16MiB"}
            settings["sinks"]["hole"] = {"type": "blackhole",
                                         "inputs": ["app", "more"]}
            settings["service"]["log"] = {"level": "debug", "format": "json"}
        self.reload_under_load(change)


class SinkThatChanges(Case):
    """While records wait for it."""

    def start_stalled(self, *ways):
        self.port = serve.free_port()
        self.receiver = Receiver(self, *ways, gate=False, buffer_bytes=1 << 13)
        self.settings = serve.config(
            {"app": serve.tcp_source(self.port)},
            {"out": serve.tcp_sink(self.receiver.port)})
        self.daemon = Daemon(self, self.settings)
        self.before = lines_of("app", 60_000, pad=100)
        self.after = lines_of("app", 1000, first=60_000)
        send(self.port, self.before)

    def change(self, **sink):
        self.daemon.reload(self.changed(
            lambda settings: settings["sinks"]["out"].update(sink)))
        send(self.port, self.after)
        self.daemon.wait_metric(61_000, "source_records_total")

    def test_other_framing_comes_behind_what_waits(self):
        read_before = []

        def second(taken):
            read_before.append(len(self.receiver.taken[0].data))
            self.receiver.read_all(taken)

        def first(taken):
            self.receiver.read_all(taken)

        self.start_stalled(first, second)
        self.change(framing="nul")
        self.receiver.gate.set()
        before, after = expected(self.before), expected(self.after)
        self.receiver.wait_for(len(before) + len(after))
        self.assert_same(self.receiver.data(),
                         before + after.replace(b"\n", b"\0"))
        # What was not read yet was in the receiver's kernel.
        self.assertGreater(read_before[0], len(before) - (1 << 20))

    def test_other_buffer_needs_no_other_connection(self):
        self.start_stalled()
        self.change(buffer={"max_size": "40MiB", "when_full": "drop_newest"},
                    reconnect={"initial": "20ms"})
        self.receiver.gate.set()
        wanted = expected(self.before + self.after)
        self.receiver.wait_for(len(wanted))
        self.assert_same(self.receiver.data(), wanted)
        self.assertEqual(len(self.receiver.taken), 1)


class Fifo(Case):
    """A file sink whose file takes little at a time."""

    def start(self, **source):
        self.port = serve.free_port()
        self.path = self.folder / "fifo"
        os.mkfifo(self.path)
        self.fifo = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, self.fifo)
        self.settings = serve.config(
            {"app": serve.tcp_source(self.port, **source)},
            {"out": {"type": "file", "path": str(self.path)}})
        self.daemon = Daemon(self, self.settings)

    def read(self, size):
        data = bytearray()

        def is_all():
            with contextlib.suppress(BlockingIOError):
                data.extend(os.read(self.fifo, 1 << 14))
            return len(data) >= size
        wait_until(is_all)
        return bytes(data)

    def test_sink_with_another_name_writes_when_the_other_has_written(self):
        self.start()
        before, after = lines_of("app", 30_000), lines_of("app", 1000, 30_000)
        send(self.port, before)

        def rename(settings, name):
            settings["sinks"][name] = settings["sinks"].pop("out")
        # Of the second, which gets nothing, the third must not think that all
        # is written.
        for name in "second", "third":
            self.daemon.reload(self.changed(lambda s: rename(s, name)))
        send(self.port, after)
        self.daemon.wait_metric(31_000, "source_records_total")
        wanted = expected(before + after)
        self.assert_same(self.read(len(wanted)), wanted)

    def test_file_that_is_the_same_goes_on_in_the_middle_of_a_record(self):
        self.start(framing="newline", max_length="1MiB")
        data = lines_of("app", 20, pad=300_000)
        send(self.port, data)
        wait_until(lambda: waiting(self.fifo) >= 1 << 16)
        self.daemon.reload(self.settings)
        send(self.port, b"last\n")  # the worker has heard of it before
        wanted = expected(data) + b"last\n"
        self.assert_same(self.read(len(wanted)), wanted)


class Invalid(Case):
    def refused(self, text, *words):
        """The old goes on, counted and told."""
        before = len(self.daemon.said("not reloaded"))
        self.daemon.reload(text, result="refused")
        wait_until(lambda: len(self.daemon.said("not reloaded")) > before)
        for word in words:
            self.assertTrue(self.daemon.wait_said(word), f"{word}: "
                            f"{self.daemon.log()}")
        sent = int(self.daemon.metric("source_records_total"))
        self.assertTrue(send(self.port, lines_of("on", 10, first=sent)))
        self.daemon.settled(sent + 10)
        wait_until(lambda: numbers(self.receiver.lines(), "on")[-1:] ==
                   [sent + 9])

    def test_file_that_is_not_valid_changes_nothing(self):
        self.start()
        name = self.daemon.file.name
        self.refused("sources: [\n", f"{name}:2:1: ")
        self.refused("", f"{name}:")
        text = json.dumps(self.changed(lambda s: s["sources"]["app"].update(
            {"max_record": "1KiB"})), indent=1)
        line = 1 + text[:text.index('"max_record"')].count("\n")
        self.refused(text, f"{name}:{line}:4: ", "max_length")
        self.daemon.file.unlink()
        self.daemon.configure = lambda text: None
        self.refused(None, f"{name}:", "No such file")
        self.assertEqual(self.daemon.page("/readyz")[0], 200)

    def test_port_in_use_changes_nothing(self):
        self.start()
        taken = Receiver(self)
        other = Receiver(self)

        def change(settings):
            settings["sources"]["more"] = serve.tcp_source(taken.port)
            settings["sinks"]["out"].update(
                inputs=["*"], address=f"tcp://{LOCAL}:{other.port}")
            settings["service"]["admin"] = f"{LOCAL}:{serve.free_port()}"
        self.refused(self.changed(change), "Address already in use")
        self.assertEqual(other.taken, [])

    def test_admin_port_in_use_changes_nothing(self):
        self.start()
        taken = Receiver(self)
        port = serve.free_port()

        def change(settings):
            settings["sources"]["more"] = serve.tcp_source(port)
            settings["sinks"]["out"]["inputs"] = ["*"]
            settings["service"]["admin"] = f"{LOCAL}:{taken.port}"
        self.refused(self.changed(change), "Address already in use")
        with self.assertRaises(ConnectionRefusedError):
            connect(port)

    def test_file_that_cannot_be_opened_changes_nothing(self):
        self.start()

        def change(settings):
            settings["sinks"]["file"] = {"type": "file", "inputs": ["app"],
                                         "path": "/nowhere/at/all"}
        self.refused(self.changed(change), "/nowhere/at/all",
                     "No such file or directory")

    def test_pipe_in_the_place_of_the_file_changes_nothing_and_holds_nobody(
            self):
        self.start()
        self.daemon.file.unlink()
        os.mkfifo(self.daemon.file)
        self.daemon.configure = lambda text: None
        self.refused(None, "is not a regular file: it was read once")

    def test_too_little_memory_for_the_workers_there_are_changes_nothing(self):
        """Another number of workers takes effect with the next start."""
        self.port = serve.free_port()
        self.receiver = Receiver(self)
        self.daemon = Daemon(self, serve.config(
            {"app": serve.tcp_source(self.port)},
            {"out": serve.tcp_sink(self.receiver.port)}, workers=16))
        few = copy.deepcopy(self.daemon.settings)
        few["service"].update(workers=1, memory_limit="48MiB")
        self.refused(few, "memory_limit: 48MiB is less than")

    def test_valid_and_invalid_in_turn_under_load_lose_nothing(self):
        self.start()
        load = Load(self, self.port)
        for i in range(10):
            valid = self.changed(lambda s: s["sources"]["app"].update(
                max_length=f"{i + 1}KiB"))
            self.daemon.reload(valid)
            self.daemon.reload("service: {", result="refused")
        load.wait_more()
        self.assert_nothing_lost(load, self.receiver)
        self.assertEqual(self.daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()
