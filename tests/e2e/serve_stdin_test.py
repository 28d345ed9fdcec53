"""stdin as a source: its end, SIGTERM, and reloads in the middle of it."""
import contextlib
import fcntl
import os
import re
import signal
import socket
import struct
import termios
import threading
import time
import unittest

import serve_program
from program import HANG_SECONDS, wait_until
from serve_program import HOST, free_port, line, secret
from serve_reference import redact

# Longer than any pause of a machine that is busy: see the slow receiver.
DRAIN_SECONDS = 4
PIPE_BYTES = 1 << 20


class Stdin(serve_program.Case):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "out"
        self.reader, self.writer = os.pipe()
        fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self.addCleanup(self.close_writer)

    def close_writer(self):
        if self.writer is not None:
            os.close(self.writer)
        self.writer = None

    def config(self, *names, sink=None, drain="10s"):
        """Those sources are stdin; there is another one, too."""
        sources = {name: {"type": "stdin"} for name in names}
        sources["tcp"] = {"type": "lines",
                          "address": f"tcp://{HOST}:{self.port}"}
        return {"service": {"drain_timeout": drain}, "sources": sources,
                "sinks": {"out": {"inputs": ["*"], **(
                    sink or {"type": "file", "path": str(self.out)})}}}

    def start(self, *names, alone=False, exit_code=0, **options):
        self.port = free_port()
        config = self.config(*names, **options)
        if alone:
            del config["sources"]["tcp"]
        self.daemon = self.serve(config, exit_code, stdin=self.reader)
        os.close(self.reader)

    def write(self, data):
        while data:
            data = data[os.write(self.writer, data):]

    def wait_until_read(self, count):
        self.daemon.wait_for("source_bytes_total", count)

    def test_all_that_waits_in_the_pipe_is_delivered_at_sigterm(self):
        data = b"".join(line(n, n % 9 or None) + b"\n" for n in range(12_000))
        self.start("in")
        self.daemon.process.send_signal(signal.SIGSTOP)
        self.write(data)
        self.daemon.process.send_signal(signal.SIGTERM)
        self.daemon.process.send_signal(signal.SIGCONT)
        self.assertEqual(self.daemon.process.wait(HANG_SECONDS), 0)
        self.assert_same(self.out.read_bytes(), redact(data))

    def test_a_writer_who_goes_on_does_not_keep_it_from_ending(self):
        self.start("in", sink={"type": "blackhole"})

        def write_for_ever():
            block = line(1, 1) + b"\n"
            with contextlib.suppress(BrokenPipeError):
                while True:
                    self.write(block * 1000)
        thread = threading.Thread(target=write_for_ever)
        thread.start()
        self.wait_until_read(1 << 20)
        self.assertEqual(self.daemon.stop(), 0)
        thread.join()

    def test_what_waits_for_a_dead_sink_at_the_end_is_counted_or_told(self):
        """Also what was read, and waited; what was not read is told."""
        self.start("in", drain="50ms", exit_code=2, sink={
            "type": "lines", "address": f"tcp://{HOST}:{free_port()}",
            "buffer": {"max_size": "2MiB"}})
        record, written = line(1, 1) + b"\n", []

        def write_much():
            data = record * 100_000
            with contextlib.suppress(BrokenPipeError):
                while data:
                    written.append(os.write(self.writer, data))
                    data = data[written[-1]:]
        thread = threading.Thread(target=write_much)
        thread.start()
        wait_until(lambda: waiting_bytes(self.writer) == PIPE_BYTES)
        self.assertEqual(self.daemon.stop(), 2)
        thread.join()
        lost, unread = (int(re.search(word + r"=(\d+)",
                                      self.daemon.log.read_text())[1])
                        for word in ("not delivered records", "unread_bytes"))
        self.assertEqual(unread, PIPE_BYTES)
        self.assertEqual(lost, -(-(sum(written) - unread) // len(record)))

    def test_a_slow_sink_gets_all_after_the_end_of_stdin(self):
        """It takes longer than drain_timeout, and always takes something."""
        server = socket.create_server((HOST, 0))
        self.addCleanup(server.close)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 13)
        self.start("in", alone=True, drain=f"{DRAIN_SECONDS}s", sink={
            "type": "lines",
            "address": f"tcp://{HOST}:{server.getsockname()[1]}"})
        connection, _ = server.accept()
        data = b"".join(line(n, n % 9 or None) + b"\n"
                        for n in range(200_000))
        self.write(data)
        self.close_writer()
        wait_until(lambda: "stdin has ended" in self.daemon.log.read_text())
        with connection:
            received = read_slowly(connection, DRAIN_SECONDS * 1.5)
        self.assertEqual(self.daemon.process.wait(HANG_SECONDS), 0)
        self.assert_same(received, redact(data))

    def cut(self, record, at, change):
        """A record, and what is done when it is read up to there."""
        before = self.daemon.metrics()("source_bytes_total")
        self.write(record[:at])
        self.wait_until_read(before + at)
        change()
        self.write(record[at:])

    def assert_cuts_do_no_harm(self, change):
        record = line(1, 1) + b"\n"
        begin = record.index(secret(1).encode())
        expected = b""
        for at in (1, begin + 2, begin + 4, begin + 31, begin + 59,
                   len(record) - 1):
            self.cut(record, at, change)
            expected += redact(record)
            self.assert_file(self.out, expected)

    def test_a_record_goes_on_when_its_source_is_renamed(self):
        self.start("a")
        names = iter("bcbcbcbc")
        self.daemon.not_from_the_start = {(n, "out") for n in "abc"}
        self.assert_cuts_do_no_harm(
            lambda: self.daemon.reload(self.config(next(names))))

    def test_a_record_goes_on_when_its_source_comes_back(self):
        self.start("a")
        self.daemon.not_from_the_start = {("a", "out")}

        def remove_and_bring_back():
            self.daemon.reload(self.config())
            self.daemon.reload(self.config("a"))
        self.assert_cuts_do_no_harm(remove_and_bring_back)

    def test_a_long_record_goes_on_when_its_source_is_renamed(self):
        self.start("a")
        self.daemon.not_from_the_start = {(n, "out") for n in "ab"}
        record = b"x" * 300_000 + line(1, 1) + b"\n"
        self.cut(record, len(record) - 50,
                 lambda: self.daemon.reload(self.config("b")))
        self.assert_file(self.out, redact(record))

    def test_nothing_is_read_while_no_source_is_stdin(self):
        self.start("a")
        self.write(line(1, 1) + b"\n")
        self.assert_file(self.out, redact(line(1, 1) + b"\n"))
        self.daemon.reload(self.config())
        self.write(line(2, 2) + b"\n")
        self.daemon.reload(self.config("b"))
        self.daemon.not_from_the_start = {("b", "out")}
        self.assert_file(self.out, redact(line(1, 1) + b"\n"
                                          + line(2, 2) + b"\n"))

    def begin_a_secret(self):
        """The daemon has read a record up to the middle of its secret."""
        self.start("a")
        begin = line(1, 1).index(secret(1).encode())
        self.write(line(1, 1)[:begin + 30])
        self.wait_until_read(begin + 30)
        return line(1, 1)[:begin], secret(1)[:30].encode()

    def test_half_a_secret_does_not_leave_at_sigterm(self):
        before, half = self.begin_a_secret()
        self.assertEqual(self.daemon.stop(), 0)
        out = self.out.read_bytes()
        self.assertTrue(out.startswith(before), out)
        self.assertNotIn(half[:8], out)

    def test_half_a_secret_is_a_record_where_stdin_ends_in_it(self):
        before, half = self.begin_a_secret()
        self.close_writer()
        self.assert_file(self.out, before + half + b"\n")

    def test_half_a_record_without_a_source_is_dropped_at_the_end(self):
        self.start("a")
        record = line(1, 1)
        self.write(record[:-20])
        self.wait_until_read(len(record) - 20)
        self.daemon.reload(self.config())
        self.assertEqual(self.daemon.stop(), 0)
        self.assertEqual(self.out.read_bytes(), b"")
        self.assertIn("a record of stdin was dropped",
                      self.daemon.log.read_text())

    def test_another_framing_counts_from_the_next_record_on(self):
        self.start("a")

        def change():
            config = self.config("a")
            config["sources"]["a"]["framing"] = "nul"
            self.daemon.reload(config)
        self.cut(line(1, 1) + b"\n", 30, change)
        self.assert_file(self.out, redact(line(1, 1) + b"\n"))
        self.write(line(2, 2) + b"\n" + line(3, 3) + b"\0")
        self.assert_file(self.out, redact(
            line(1, 1) + b"\n" + line(2, 2) + b"#012" + line(3, 3) + b"\n"))


def waiting_bytes(pipe):
    size = fcntl.ioctl(pipe, termios.FIONREAD, bytes(4))
    return struct.unpack("i", size)[0]


def read_slowly(connection, seconds):
    """To the end, for at least so long, and some each moment."""
    received = bytearray()
    until = time.monotonic() + seconds
    while block := connection.recv(1 << 14 if time.monotonic() < until
                                   else 1 << 20):
        received += block
        if time.monotonic() < until:
            time.sleep(0.02)
    return bytes(received)


if __name__ == "__main__":
    unittest.main()
