"""What a new user does: the sidecar example between logger and rsyslog."""
import itertools
import os
import pathlib
import signal
import subprocess
import threading
import unittest

import serve_program
import ways
from program import HANG_SECONDS, MASK, Running, run, secret, wait_until
from serve_program import HOST, MARK, connect, free_port, line, peers, send
from serve_reference import redact

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "config" / "examples"
IN_ORDER = 'main_queue(queue.workerThreads="1")'
BLOCK = 200  # records sent at once


class Sidecar(serve_program.Case):
    def setUp(self):
        super().setUp()
        self.port, self.out = free_port(), free_port()

    def serve_example(self):
        return self.serve(
            (EXAMPLES / "sidecar.yaml").read_text(), env={
                **os.environ, "LISTEN_PORT": str(self.port),
                "SHIPPER": f"{HOST}:{self.out}"})

    def rsyslog(self, path):
        return self.start(peers.rsyslog(
            peers.tcp(self.out), peers.file(path), more=IN_ORDER))

    def test_what_logger_says_arrives_redacted_and_is_counted(self):
        path = self.folder / "received"
        self.rsyslog(path)
        daemon = self.serve_example()
        told = subprocess.run(
            ["logger", "--stderr", "--server", HOST, "--port", str(self.port),
             "--tcp", f"{MARK} key={secret(1)}"], check=True,
            stderr=subprocess.PIPE, timeout=HANG_SECONDS).stderr
        self.assert_file(path, redact(told))
        self.assertIn(MASK, path.read_text())
        page = daemon.settled(1)
        for name in ("source_records_total", "secrets_total",
                     "delivered_records_total"):
            self.assertEqual(page(name), 1, name)
        probe = run("health", "--ready", "--address",
                    f"{HOST}:{daemon.admin}")
        self.assertEqual(probe.returncode, 0, probe.stderr)

    def test_health_waits_for_a_daemon_that_is_started_later(self):
        admin = f"{HOST}:{self.port}"
        with Running("health", "--ready", "--wait", "50s", "--address",
                     admin) as probe:
            wait_until(probe.asleep)
            with Running("serve", "--source", "stdin", "--sink", "blackhole",
                         "--admin", admin):
                done = probe.finish()
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_health_that_waited_in_vain_says_so_once(self):
        done = run("health", "--wait", "250ms", "--address",
                   f"{HOST}:{self.port}")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.decode(), f"cflt-redact: {HOST}:"
                         f"{self.port}: Connection refused\n")

    def test_a_canary_of_each_form_arrives_masked(self):
        path = self.folder / "received"
        canaries = [
            each for form in ways.WAYS if form != "utf16"  # no syslog holds it
            for each in run("canary", "-n", "3", "--form",
                            form).stdout.splitlines(keepends=True)]
        self.rsyslog(path)
        daemon = self.serve_example()
        send(self.port, b"".join(  # rsyslog takes digits in front for a count
            b"<13>1 - - - - - - " + each for each in canaries))
        wait_until(
            lambda: path.exists()
            and path.read_bytes().count(b"\n") >= len(canaries))
        got = path.read_bytes()
        self.assertFalse([each for each in canaries if each in got])
        self.assertEqual(daemon.settled()("secrets_total"), len(canaries))

    def test_a_receiver_that_dies_under_load_costs_nothing_unsent(self):
        """The first rsyslog got the first `sent` records, as far as the daemon
        and the kernel can know; the second gets each of the others once.
        """
        for how in signal.SIGKILL, signal.SIGTERM:
            with self.subTest(how.name):
                Sidecar.setUp(self)
                self.assert_survived(how)

    def assert_survived(self, how):
        first, second = self.folder / "first", self.folder / "second"
        rsyslog = self.rsyslog(first)
        daemon = self.serve_example()
        with Load(self.port) as load:
            daemon.wait_for("delivered_records_total", 5000)
            wait_until(lambda: first.exists() and first.stat().st_size > 0)
            rsyslog.stop(how)
            wait_until(
                lambda: daemon.metrics()("sink_up") == 0)
            sent = int(daemon.metrics()("delivered_records_total"))
            self.rsyslog(second)
            daemon.wait_for("delivered_records_total", sent + 5000)
        records = [redact(record) + b"\n" for record in load.records()]
        self.assert_file(second, b"".join(records[sent:]))
        got = first.read_bytes()
        self.assert_same(got, b"".join(records[:sent])[:len(got)])
        page = daemon.settled(len(records))
        self.assertEqual(page("delivered_records_total"), len(records))
        self.assertEqual(page("dropped_records_total"), 0)


class Load:
    """Numbered records over one connection, as fast as they are taken."""

    def __init__(self, port):
        self.port = port
        self.enough = threading.Event()
        self.count = 0

    def __enter__(self):
        self.thread = threading.Thread(target=self.feed)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.enough.set()
        self.thread.join()

    @staticmethod
    def record(number):
        return b"<13>1 - h a - - - " + line(number, number % 10 or None)

    def feed(self):
        with connect(self.port) as sender:
            for start in itertools.count(0, BLOCK):
                if self.enough.is_set():
                    return
                sender.sendall(b"".join(
                    self.record(number) + b"\n"
                    for number in range(start, start + BLOCK)))
                self.count = start + BLOCK

    def records(self):
        return map(self.record, range(self.count))


if __name__ == "__main__":
    unittest.main()
