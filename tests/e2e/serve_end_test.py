"""SIGTERM, ends of streams, and sinks that cannot write."""
import os
import resource
import signal
import socket
import subprocess
import unittest

import serve_program
from program import wait_until
from serve_program import HOST, connect, free_port, line, send
from serve_reference import redact

PATIENCE_SECONDS = 60  # only ends what hangs
LINES = b"".join(line(number, number % 9 or None) + b"\n"
                 for number in range(20000))


class Ends(serve_program.Case):
    def setUp(self):
        super().setUp()
        self.port, self.out = free_port(), free_port()

    def serve_to(self, sink, source=None, drain="10s", **options):
        """One source and one sink; `source` is TCP where it is not given."""
        return self.serve({
            "service": {"drain_timeout": drain},
            "sources": {"app": source or {
                "type": "lines", "address": f"tcp://{HOST}:{self.port}"}},
            "sinks": {"out": {"inputs": ["app"], **sink}}}, **options)

    def tcp_sink(self, **more):
        return {"type": "lines", "address": f"tcp://{HOST}:{self.out}", **more}

    def test_what_was_sent_before_sigterm_is_delivered(self):
        for ended in True, False:
            with self.subTest(f"the connection has ended: {ended}"):
                Ends.setUp(self)
                receiver = self.receive(self.out)
                daemon = self.serve_to(self.tcp_sink())
                with connect(self.port) as sender:
                    sender.sendall(LINES)
                    if ended:
                        sender.close()
                    self.assertEqual(daemon.stop(), 0)
                self.assert_same(receiver.wait_for_end(), redact(LINES))

    def test_datagrams_before_sigterm_are_delivered(self):
        path, receiver = self.folder / "log", self.receive(self.out)
        daemon = self.serve_to(self.tcp_sink(), {
            "type": "syslog", "address": f"unixgram://{path}"})
        records = LINES.split(b"\n")[:2000]
        send(path, *records, kind=socket.SOCK_DGRAM)
        self.assertEqual(daemon.stop(), 0)
        self.assert_same(receiver.wait_for_end(),
                         redact(b"\n".join(records) + b"\n"))
        self.assertFalse(path.exists())

    def test_a_partial_record_is_one_when_the_daemon_ends(self):
        receiver = self.receive(self.out)
        daemon = self.serve_to(self.tcp_sink())
        with connect(self.port) as sender:
            sender.sendall(line(1, 1) + b"\n" + line(2, 2))
            daemon.wait_for("source_records_total", 1)
            self.assertEqual(daemon.stop(), 0)
        self.assert_same(receiver.wait_for_end(),
                         redact(line(1, 1) + b"\n" + line(2, 2) + b"\n"))

    def test_what_a_dead_sink_never_took_is_counted_and_told(self):
        daemon = self.serve_to(self.tcp_sink(), drain="50ms", exit_code=2)
        send(self.port, *(line(number, 1) + b"\n" for number in range(200)))
        daemon.wait_for("queued_records", 200)
        self.assertEqual(daemon.stop(), 2)
        self.assertIn("records were not delivered records=200",
                      daemon.log.read_text())

    def test_stdin_from_a_file_is_delivered_before_the_end(self):
        receiver = self.receive(self.out)
        with open(self.file("input", LINES), "rb") as source:
            daemon = self.serve_to(self.tcp_sink(), {"type": "stdin"},
                                   stdin=source)
        self.assertEqual(daemon.process.wait(serve_program.HANG_SECONDS), 0)
        self.assert_same(receiver.wait_for_end(), redact(LINES))

    def test_a_stdout_without_a_reader_ends_it_at_once(self):
        reader, writer = os.pipe()
        daemon = self.serve_to({"type": "stdout"}, {"type": "stdin"},
                               drain="24h", exit_code=2, stdout=writer,
                               stdin=subprocess.PIPE)
        os.close(writer)
        daemon.write(line(1, 1) + b"\n")
        self.assertEqual(os.read(reader, 100), redact(line(1, 1)) + b"\n")
        os.close(reader)
        daemon.write(line(2, 2) + b"\n")
        self.assertEqual(daemon.process.wait(PATIENCE_SECONDS), 2)

    def fill_disk(self, **options):
        """A file sink that cannot write what it got; its path."""
        path = self.folder / "out"
        path.symlink_to("/dev/full")
        daemon = self.serve_to({"type": "file", "path": str(path)}, **options)
        send(self.port, LINES)
        daemon.wait_for("source_records_total", 20000)
        wait_until(lambda: daemon.metrics()("sink_up") == 0)
        return daemon, path

    def test_a_full_disk_shows_and_is_tried_again(self):
        daemon, _ = self.fill_disk(drain="50ms", exit_code=2)
        daemon.wait_for("sink_retries_total", 1)
        self.assertEqual(daemon.balanced()("queued_records"), 20000)
        self.assertEqual(daemon.log.read_text().count("cannot write"), 1)

    def test_a_full_disk_can_be_left_by_sighup(self):
        daemon, path = self.fill_disk()
        path.unlink()
        daemon.process.send_signal(signal.SIGHUP)
        self.assert_file(path, redact(LINES))

    def test_a_file_at_its_limit_is_the_trouble_of_its_sink_only(self):
        path, receiver = self.folder / "out", self.receive(self.out)
        daemon = self.serve({
            "sources": {"app": {
                "type": "lines", "address": f"tcp://{HOST}:{self.port}"}},
            "sinks": {"file": {"type": "file", "path": str(path),
                               "inputs": ["app"]},
                      "tcp": self.tcp_sink(inputs=["app"])}},
            preexec_fn=limit_files)
        send(self.port, LINES)
        receiver.wait_for_bytes(len(redact(LINES)))
        daemon.wait_for("sink_retries_total", 1, sink="file")
        wait_until(lambda: daemon.metrics()("sink_up", sink="file") == 0)
        wait_until(lambda: "File too large" in daemon.log.read_text())
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.assert_file(path, redact(LINES))


def limit_files():
    """For preexec_fn: none may be longer than this."""
    resource.setrlimit(resource.RLIMIT_FSIZE,
                       (1 << 16, resource.RLIM_INFINITY))


if __name__ == "__main__":
    unittest.main()
