"""The words that the tests of `serve` are written in.

A daemon listens on ports that nobody uses, and is stopped by SIGTERM. What
holds of every run is looked at when it ends: the books balance for each pair
of source and sink, it exits with 0, and neither its log nor its metrics hold a
secret or MARK, which the tests write into what they send.
"""
import contextlib
import functools
import http.client
import json
import os
import pathlib
import signal
import socket

import program  # knows where peers is
import peers
from peers import free_port
from program import HANG_SECONDS, wait_until
from serve_books import Books, Metrics, assert_clean
from serve_receiver import HOST, Receiver

DOCUMENTED_ADMIN = f"{HOST}:9469"
MARK = "quetzal"
secret = functools.cache(program.secret)


def line(number, key=None):
    """A numbered record; with a key, a secret is in it."""
    inside = f" key={secret(key)}" if key is not None else ""
    return f"{MARK} {number:06}{inside} end".encode()


def send(address, *pieces, kind=socket.SOCK_STREAM):
    """One connection, or a datagram for each piece, to a port or a path."""
    with connect(address, kind) as sender:
        for piece in pieces:
            sender.sendall(piece)


def connect(address, kind=socket.SOCK_STREAM):
    path = not isinstance(address, int)
    sender = socket.socket(socket.AF_UNIX if path else socket.AF_INET, kind)
    sender.settimeout(HANG_SECONDS)
    try:
        sender.connect(str(address) if path else (HOST, address))
    except OSError:
        sender.close()
        raise
    return sender


class Daemon(Books, program.Running):
    """`serve` with a configuration, ready when this returns.

    That is a dict, or the text of an example, which says DOCUMENTED_ADMIN.
    """

    def __init__(self, folder, config, **options):
        self.admin = free_port()
        self.config = folder / f"config-{self.admin}.yaml"
        self.write_config(config)
        self.log = folder / f"log-{self.admin}"
        self.received = folder / f"stdout-{self.admin}"
        with open(self.log, "wb") as log, open(self.received, "wb") as out:
            super().__init__("serve", "-c", str(self.config), **{
                "stdin": program.subprocess.DEVNULL, "stdout": out,
                "stderr": log, **options})
        self.wait_until_ready()

    def write_config(self, config):
        """Renamed into place: never read half."""
        new = self.config.with_suffix(".new")
        new.write_text(self.text_of(config))
        new.rename(self.config)

    def text_of(self, config):
        admin = f"{HOST}:{self.admin}"
        if isinstance(config, str):
            return config.replace(DOCUMENTED_ADMIN, admin)
        service = {"admin": admin, **config.get("service", {})}
        return json.dumps({**config, "service": service}, indent=1)  # is YAML

    def get(self, path):
        connection = http.client.HTTPConnection(HOST, self.admin,
                                                timeout=HANG_SECONDS)
        with contextlib.closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def wait_until_ready(self):
        def is_ready():
            if self.process.poll() is not None:
                raise AssertionError(f"exit {self.process.returncode}: "
                                     f"{self.log.read_text()}")
            with contextlib.suppress(OSError):
                return self.get("/readyz")[0] == 200
            return False
        wait_until(is_ready)

    def metrics(self):
        return Metrics(self.get("/metrics")[1], self.not_from_the_start)

    def wait_for(self, name, at_least, **labels):
        """Until a metric has come so far; its value."""
        def came():
            return self.metrics()(name, **labels) >= at_least
        try:
            wait_until(came)
        except AssertionError:
            value = self.metrics()(name, **labels)
            raise AssertionError(
                f"{name} {labels}: {value}, not {at_least}") from None
        return self.metrics()(name, **labels)

    def reload(self, config=None):
        """SIGHUP, and until it is heard."""
        if config is not None:
            self.write_config(config)
        before = self.metrics()("reloads_total")
        self.process.send_signal(signal.SIGHUP)
        self.wait_for("reloads_total", before + 1)

    def stop(self):
        """SIGTERM; the exit code when it has drained."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(HANG_SECONDS)


class Case(program.Case):
    """A test that looks at what holds of every run."""

    def serve(self, config, exit_code=0, **options):
        """A daemon that must end with `exit_code` (2: something was lost)."""
        daemon = Daemon(self.folder, config, **options)
        self.addCleanup(self.check, daemon, exit_code)
        return daemon

    def receive(self, address, kind=socket.SOCK_STREAM):
        receiver = Receiver(address, kind)
        self.addCleanup(receiver.close)
        return receiver

    def start(self, peer):
        """A program of peers.py, stopped at the end of the test."""
        self.addCleanup(peer.stop)
        return peer

    def check(self, daemon, exit_code):
        with daemon:
            if daemon.process.poll() is None:
                self.assert_clean(daemon.balanced().text)
                daemon.stop()
            self.assertEqual(daemon.process.returncode, exit_code,
                             daemon.log.read_text())
            self.assert_clean(daemon.log.read_text())

    def assert_clean(self, text):
        self.assertNotIn(MARK, text)
        assert_clean(text)

    def assert_file(self, path, expected):
        """Waits for as many bytes, then compares."""
        path = pathlib.Path(path)
        wait_until(lambda: path.exists()
                   and os.path.getsize(path) >= len(expected))
        self.assert_same(path.read_bytes(), expected)
