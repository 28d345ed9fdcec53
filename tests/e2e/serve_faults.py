"""The words for tests of `serve` under faults: a daemon.

What is awaited is a state that the daemon shows (its metrics, its end, bytes
at a receiver), never a span of time.
"""
import contextlib
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.request

import program  # knows where peers is
from peers import free_port
from program import wait_until
from serve_books import Books, Metrics, assert_clean, pairs_of
from serve_ends import LOCAL, SECRET

SANITIZED = bool(os.environ.get("CFLT_SANITIZED"))


def config(sources, sinks, redact=None, **service):
    """A configuration with an admin endpoint and short backoffs.

    Sinks read all sources where they do not say which.
    """
    for sink in sinks.values():
        sink.setdefault("inputs", list(sources))
        if "address" in sink and sink["address"].startswith(("tcp", "unix:")):
            sink.setdefault("reconnect", {"initial": "10ms", "max": "50ms"})
    service.setdefault("admin", f"{LOCAL}:{free_port()}")
    whole = {"service": service, "sources": sources, "sinks": sinks}
    return {**whole, **({"redact": redact} if redact else {})}


def tcp_source(port, **options):
    return {"type": "syslog", "address": f"tcp://{LOCAL}:{port}", **options}


def tcp_sink(port, **options):
    return {"type": "lines", "address": f"tcp://{LOCAL}:{port}", **options}


class Daemon(Books):
    """`serve` with a configuration; ends with the test.

    At its end the books must balance, it must exit with `exit_code` (2:
    something was lost), and must not have told a secret. Whoever called
    stop() or wait() has looked at the exit code.
    """

    def __init__(self, case, settings, exit_code=0, **popen):
        self.settings, self.exit_code = settings, exit_code
        self.was_awaited = False
        self.file = case.folder / f"config-{id(self)}.yaml"
        self.stderr = case.folder / f"stderr-{id(self)}"
        self.configure(settings)
        popen.setdefault("stdin", subprocess.DEVNULL)
        popen.setdefault("stdout", subprocess.DEVNULL)
        command = popen.pop("command", [program.PROGRAM])
        with self.stderr.open("ab") as stderr:
            self.process = subprocess.Popen(
                [*command, "serve", "-c", str(self.file)], stderr=stderr,
                **popen)
        self.watchdog = threading.Timer(program.HANG_SECONDS,
                                        self.process.kill)
        self.watchdog.start()
        self.seen = b""
        case.addCleanup(self.end)
        wait_until(self.is_ready)

    def configure(self, settings):
        """Writes the file only; a reload makes it count."""
        text = settings if isinstance(settings, str) else json.dumps(
            settings, indent=1)
        if isinstance(settings, dict):
            self.skip_changed_pairs(pairs_of(settings))
        self.file.write_text(text)

    def end(self):
        try:
            self.end_well()
        finally:
            self.watchdog.cancel()
            self.process.kill()
            self.process.wait()

    def end_well(self):
        if self.process.poll() is None:
            self.signal(signal.SIGCONT)  # a test may have failed meanwhile
            self.stop()
            self.was_awaited = False
        code = self.process.returncode
        if code not in ((0, 2) if self.was_awaited else (self.exit_code,)):
            raise AssertionError(f"exit {code}: {self.log()}")
        assert_clean(self.log() + self.seen.decode(), SECRET)

    def check_books(self):
        """Where the admin endpoint answers: tests take descriptors away."""
        if self.page("/metrics")[0] == 200:
            self.seen = self.balanced().text.encode()

    def page(self, path):
        """Status and text of the admin endpoint; None where nobody answers."""
        url = f"http://{self.settings['service']['admin']}{path}"
        try:
            with urllib.request.urlopen(
                    url, timeout=program.HANG_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except (urllib.error.URLError, OSError):
            return None, ""

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"exit {self.process.returncode}: "
                                 f"{self.log()}")
        return self.page("/readyz")[0] == 200

    def metrics(self):
        status, text = self.page("/metrics")
        if status != 200:
            raise AssertionError(f"no metrics: {status}")
        self.seen = text.encode()
        return Metrics(text, self.not_from_the_start)

    def metric(self, *names, **labels):
        """The sum of the samples of these names and labels, of one page."""
        page = self.metrics()
        return sum(page(name, **labels) for name in names)

    def wait_metric(self, at_least, name, **labels):
        wait_until(lambda: self.metric(name, **labels) >= at_least)

    def closed(self, reason):
        return self.metric("source_closed_connections_total", reason=reason)

    settle = Books.settled  # the word of tests before there was one

    def signal(self, number):
        self.process.send_signal(number)

    def burst(self, address, count):
        """`count` datagrams of 60 kB to it while it stands still: 500 are more
        than a socket holds."""
        self.signal(signal.SIGSTOP)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for _ in range(count):
                sock.sendto(b"x" * 60_000, address)
        self.signal(signal.SIGCONT)

    def stop(self):
        """SIGTERM, and the exit code; the books balance before."""
        self.check_books()
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
        self.was_awaited = True
        return self.process.wait(program.HANG_SECONDS)

    def reload(self, settings, result="done"):
        """SIGHUP with a new file, until the reload is counted."""
        before = self.metric("reloads_total", result=result)
        self.configure(settings)
        self.signal(signal.SIGHUP)
        if result == "done":
            self.settings = settings
        wait_until(lambda: self.page("/metrics")[0] == 200)
        self.wait_metric(before + 1, "reloads_total", result=result)

    def log(self):
        return self.stderr.read_text(errors="replace")

    def said(self, *words):
        """The log lines that hold all words."""
        return [line for line in self.log().splitlines()
                if all(word in line for word in words)]

    def wait_said(self, *words):
        """As said(), when there is one: the log has a thread of its own."""
        wait_until(lambda: self.said(*words))
        return self.said(*words)

    def memory_bytes(self, which="VmRSS"):
        """Of a sanitizer's bookkeeping nothing can be said: 0."""
        if SANITIZED:
            return 0
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(which + r":\s+(\d+) kB", status)[1]) << 10


def limit_descriptors(count):
    """For preexec_fn."""
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))
