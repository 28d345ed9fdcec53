"""What a service manager sees: notifications, watchdog, activated sockets."""
import contextlib
import json
import os
import shutil
import socket
import sys
import threading
import unittest

import program
import serve_faults as serve
from program import Running, wait_until
from serve_ends import (LOCAL, Receiver, connect, in_background, is_closed,
                        numbers, record, send)
from serve_faults import Daemon

# Becomes the daemon with the descriptors that argv[1] names in their places,
# as a service manager hands them over.
LAUNCHER = """
import json, os, sys
sockets = json.loads(sys.argv[1])
for place, (name, fd) in enumerate(sockets, 3):
    assert fd >= 3 + len(sockets)
    os.dup2(fd, place)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(sockets)),
                  LISTEN_FDNAMES=":".join(name for name, _ in sockets))
os.execv(sys.argv[2], sys.argv[2:])
"""


def is_sent(port, data):
    """False while nobody listens."""
    try:
        send(port, data)
        return True
    except ConnectionRefusedError:
        return False


class Manager:
    """The socket that a service's notifications go to."""

    def __init__(self, case):
        self.path = str(case.folder / "notify")
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(self.path)
        self.sock.settimeout(program.HANG_SECONDS)
        case.addCleanup(self.sock.close)
        self.heard = []

    def wait_for(self, word):
        """The datagram that holds a line which begins with it."""
        while True:
            text = self.sock.recv(4096).decode()
            self.heard.append(text)
            if any(line.startswith(word) for line in text.splitlines()):
                return text


class Case(program.Case):
    def start(self, sources, sinks=None, **popen):
        self.receiver = Receiver(self)
        self.settings = serve.config(sources, sinks or {
            "out": serve.tcp_sink(self.receiver.port)})
        self.daemon = Daemon(self, self.settings, **popen)
        return self.daemon


class Notifications(Case):
    def start_notifying(self, **environment):
        self.manager = Manager(self)
        # Clear of what this test itself may have been told.
        plain = {name: value for name, value in os.environ.items()
                 if not name.startswith(("WATCHDOG_", "LISTEN_"))}
        self.port = serve.free_port()
        return self.start({"app": serve.tcp_source(self.port)}, env={
            **plain, "NOTIFY_SOCKET": self.manager.path, **environment})

    def test_ready_reloading_and_stopping_are_told(self):
        daemon = self.start_notifying()
        self.manager.wait_for("READY=1")
        daemon.reload(self.settings)
        reloading = self.manager.wait_for("RELOADING=1")
        self.assertRegex(reloading, r"MONOTONIC_USEC=\d+")
        self.manager.wait_for("READY=1")
        daemon.reload("sources: [", result="refused")
        self.manager.wait_for("RELOADING=1")
        self.manager.wait_for("READY=1")
        self.assertEqual(daemon.stop(), 0)
        self.manager.wait_for("STOPPING=1")

    def test_ready_means_that_connections_are_taken(self):
        manager = Manager(self)
        port = serve.free_port()
        ready = threading.Thread(target=lambda: (
            manager.wait_for("READY=1"), connect(port).close(),
            manager.heard.append("taken")))
        ready.start()
        self.start({"app": serve.tcp_source(port)},
                   env={**os.environ, "NOTIFY_SOCKET": manager.path})
        ready.join()
        self.assertEqual(manager.heard[-1], "taken")

    def test_watchdog_is_fed_in_time(self):
        self.start_notifying(WATCHDOG_USEC="200000")
        for _ in range(5):
            self.manager.wait_for("WATCHDOG=1")
        stamped = [each for each in self.manager.heard if "WATCHDOG" in each]
        self.assertEqual(len(stamped), 5)

    def test_watchdog_of_another_process_is_not_fed_fast(self):
        """Where it is not meant, pings come with its own beat at most."""
        daemon = self.start_notifying(WATCHDOG_USEC="1000",
                                      WATCHDOG_PID=str(os.getpid()))
        self.manager.wait_for("READY=1")
        self.manager.wait_for("WATCHDOG=1")
        self.assertEqual(daemon.stop(), 0)
        self.manager.wait_for("STOPPING=1")
        self.assertLess(len(self.manager.heard), 20)


class Activation(Case):
    def launch(self, sources, **sockets):
        """A daemon with these sockets handed over."""
        named = []
        for name, socks in sockets.items():
            for sock in socks if isinstance(socks, list) else [socks]:
                os.set_inheritable(sock.fileno(), True)
                named.append((name, sock.fileno()))
        return self.start(
            sources, command=[sys.executable, "-c", LAUNCHER,
                              json.dumps(named), program.PROGRAM],
            pass_fds=[fd for _, fd in named])

    def handed(self, sock, address):
        """A socket as a manager holds it: high enough to be out of the way."""
        sock.bind(address)
        if sock.type == socket.SOCK_STREAM:
            sock.listen(128)
        high = socket.socket(fileno=os.dup2(sock.fileno(), 100 + len(
            self.held)))
        sock.close()
        self.held.append(high)
        self.addCleanup(high.close)
        return high

    def setUp(self):
        super().setUp()
        self.held = []

    def test_sockets_of_every_kind_are_taken_by_their_names(self):
        path = str(self.folder / "dev-log")
        stream = self.handed(socket.socket(), (LOCAL, 0))
        udp = self.handed(socket.socket(type=socket.SOCK_DGRAM), (LOCAL, 0))
        unix = self.handed(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
                           path)
        self.launch(
            {name: {"type": "syslog", "address": f"systemd:{name}"}
             for name in ("tcp", "udp", "log")}, tcp=stream, udp=udp, log=unix)
        send(stream.getsockname()[1], record("tcp", 1) + b"\n")
        for family, address in ((socket.AF_INET, udp.getsockname()),
                                (socket.AF_UNIX, path)):
            with socket.socket(family, socket.SOCK_DGRAM) as sock:
                sock.sendto(record("dgram", 1), address)
        self.daemon.settled(3)
        wait_until(lambda: len(self.receiver.lines()) == 3)
        for name in "tcp", "udp", "log":
            self.assertEqual(self.daemon.metric("source_records_total",
                                                source=name), 1)
        self.assertEqual(self.daemon.stop(), 0)
        self.assertTrue(os.path.exists(path))  # it is the manager's

    def test_all_sockets_of_one_name_are_taken(self):
        socks = [self.handed(socket.socket(), (LOCAL, 0)) for _ in range(2)]
        self.launch({"app": {"type": "syslog", "address": "systemd:app"}},
                    app=socks)
        for sock in socks:
            send(sock.getsockname()[1], record("in", 1) + b"\n")
        self.daemon.settled(2)
        self.assertEqual(self.daemon.stop(), 0)

    def test_what_the_kernel_dropped_counts_once_when_its_source_is_back(
            self):
        udp = self.handed(socket.socket(type=socket.SOCK_DGRAM), (LOCAL, 0))
        sources = {"app": {"type": "syslog", "address": "systemd:app"}}
        self.launch(sources, app=udp)
        self.daemon.burst(udp.getsockname(), 500)
        self.assert_counted(500)
        other = {"other": serve.tcp_source(serve.free_port())}
        for sources in other, sources:
            self.settings["sources"] = sources
            self.settings["sinks"]["out"]["inputs"] = ["*"]
            self.daemon.reload(self.settings)
        self.daemon.burst(udp.getsockname(), 500)
        self.assert_counted(1000)

    def assert_counted(self, sent):
        dropped = "source_kernel_dropped_datagrams_total"
        wait_until(lambda: sent == self.daemon.metric("source_records_total",
                                                      dropped))
        self.assertGreater(self.daemon.metric(dropped), 0)

    @unittest.skipUnless(shutil.which("systemd-socket-activate"),
                         "systemd is not installed")
    def test_socket_of_systemds_own_program_is_taken(self):
        port = serve.free_port()
        config = str(self.file("config.yaml", json.dumps(serve.config(
            {"app": {"type": "lines", "address": "systemd:app"}},
            {"out": {"type": "stdout"}}))))
        with Running("serve", "-c", config, launcher=[
                "systemd-socket-activate", "-l", f"{LOCAL}:{port}",
                "--fdname=app"]) as app:
            wait_until(lambda: is_sent(port, b"through\n"))
            self.assertEqual(app.read(8), b"through\n")
            app.process.terminate()
            self.assertEqual(app.process.wait(), 0)

    def test_restart_refuses_no_connection(self):
        listening = self.handed(socket.socket(), (LOCAL, 0))
        port = listening.getsockname()[1]
        sources = {"app": {"type": "syslog", "address": "systemd:app"}}
        sent, over = [], threading.Event()
        self.addCleanup(over.set)
        thread = in_background(self, self.send_until, over, port, sent)
        receivers = []
        for _ in range(5):
            daemon = self.launch(sources, app=listening)
            receivers.append(self.receiver)
            before = len(sent)
            wait_until(lambda: len(sent) > before + 50 or
                       not thread.is_alive())
            self.assertEqual(daemon.stop(), 0)
        self.launch(sources, app=listening)  # for those who wait
        over.set()
        thread.join()
        self.daemon.settled()
        self.assertEqual(sent[-1], "over")
        self.receiver.wait_for(self.daemon.metric("sink_bytes_total"))
        got = [n for each in [*receivers, self.receiver]
               for n in numbers(each.lines(), "in")]
        self.assertEqual(got, sorted(set(got)))
        # Of each that ended, one connection may have been taken that had not
        # sent yet.
        self.assertGreaterEqual(len(got), len(sent) - 1 - 5)

    def send_until(self, over, port, sent):
        """A connection for each record; it ends early where one is refused."""
        while not over.is_set():
            with connect(port) as sock:
                # Taken and ended: reset, or not connected any more.
                with contextlib.suppress(OSError):
                    sock.sendall(record("in", len(sent)) + b"\n")
                    sock.shutdown(socket.SHUT_WR)
                    is_closed(sock)
            sent.append(len(sent))
        sent.append("over")

    def test_name_that_was_not_handed_over_is_told(self):
        settings = serve.config({"app": {"type": "syslog",
                                         "address": "systemd:nobody"}},
                                {"out": {"type": "blackhole"}})
        done = program.run("serve", "-c", str(self.file(
            "config.yaml", json.dumps(settings))))
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"systemd:nobody", done.stderr)
        self.assertIn(b"FileDescriptorName", done.stderr)


if __name__ == "__main__":
    unittest.main()
