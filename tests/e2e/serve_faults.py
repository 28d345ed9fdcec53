"""The words for tests of `serve` under faults: a daemon, receivers, senders.

What is awaited is a state that the daemon shows (its metrics, its end, bytes
at a receiver), never a span of time.
"""
import json
import os
import pathlib
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import program
from program import MASK, wait_until

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from peers import free_port  # noqa: E402

SECRET = program.secret(3)
LOCAL = "127.0.0.1"


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


class Daemon:
    """`serve` with a configuration; ends with the test.

    At its end it must not have crashed, and must not have told a secret.
    """

    def __init__(self, case, settings, **popen):
        self.settings = settings
        self.file = case.folder / "config.yaml"
        self.stderr = case.folder / "stderr"
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
        self.file.write_text(text)

    def end(self):
        self.watchdog.cancel()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        elif self.process.returncode not in (0, 2):
            raise AssertionError(f"exit {self.process.returncode}: "
                                 f"{self.log()}")
        if traces := program.leaks(self.log() + self.seen.decode(), SECRET):
            raise AssertionError(f"told of a secret: {traces}")

    def page(self, path):
        """Status and text of the admin endpoint; None where nobody answers."""
        url = f"http://{self.settings['service']['admin']}{path}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
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

    def metric(self, name, **labels):
        """The sum of the samples with these labels."""
        status, text = self.page("/metrics")
        if status != 200:
            raise AssertionError(f"no metrics: {status}")
        self.seen = text.encode()
        return sum(float(value) for found, value in
                   re.findall(r"^cflt_redact_(\w+(?:\{.*\})?) (\S+)$", text,
                              re.M)
                   if re.split("{", found)[0] == name and
                   all(f'{key}="{value}"' in found
                       for key, value in labels.items()))

    def wait_metric(self, at_least, name, **labels):
        wait_until(lambda: self.metric(name, **labels) >= at_least)

    def closed(self, reason):
        return self.metric("source_closed_connections_total", reason=reason)

    def settle(self, records=None):
        """Until all that came in was delivered or dropped."""
        if records is not None:
            self.wait_metric(records, "source_records_total")
        wait_until(lambda: self.metric("queued_records") == 0)

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """SIGTERM, and the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
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

    def resident_bytes(self, which="VmRSS"):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(which + r":\s+(\d+) kB", status)[1]) << 10

    def cpu_seconds(self):
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


class Taken:
    """A connection that a receiver took, and what it read."""

    def __init__(self, sock):
        self.sock = sock
        self.data = bytearray()

    def read(self, count=1 << 16):
        try:
            block = self.sock.recv(count)
        except OSError:
            block = b""
        self.data += block
        return block

    def reset(self):
        """Closes with RST."""
        linger(self.sock)
        self.sock.close()


class Receiver:
    """Takes connections, each in a thread of its own; ends with the test.

    `ways` says what is done with the first connections: called with a Taken,
    it is closed when they return. All others are read to their end. Nothing
    is read while the gate is closed.
    """

    def __init__(self, case, *ways, port=0, gate=True, buffer_bytes=None):
        self.server = socket.socket()
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if buffer_bytes:
            self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                   buffer_bytes)
        self.server.bind((LOCAL, port))
        self.server.listen(64)
        self.port = self.server.getsockname()[1]
        self.gate = threading.Event()
        self.ways = list(ways)
        self.taken = []
        self.threads = [threading.Thread(target=self.accept)]
        if gate:
            self.gate.set()
        self.threads[0].start()
        case.addCleanup(self.end)

    def accept(self):
        while True:
            try:
                sock, _ = self.server.accept()
            except OSError:
                return
            taken = Taken(sock)
            self.taken.append(taken)
            way = self.ways.pop(0) if self.ways else self.read_all
            thread = threading.Thread(target=self.serve, args=(way, taken))
            self.threads.append(thread)
            thread.start()

    def serve(self, way, taken):
        with taken.sock:
            way(taken)

    def read_all(self, taken):
        while self.gate.wait() and taken.read():
            pass

    def end(self):
        self.gate.set()
        shut(self.server)
        for taken in self.taken:
            shut(taken.sock)
        for thread in self.threads:
            thread.join()

    def data(self):
        """Of all connections, one after the other."""
        return b"".join(bytes(taken.data) for taken in self.taken)

    def forget(self):
        """What has come so far."""
        for taken in self.taken:
            taken.data.clear()

    def lines(self):
        return self.data().splitlines()

    def wait_for(self, size):
        wait_until(lambda: sum(len(t.data) for t in self.taken) >= size)
        return self.data()


def shut(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()


def linger(sock):
    """close() will send RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))


def record(sender, number, pad=0):
    """A record with a secret in it; expected() is what must arrive."""
    return (f"<13>1 - host app - - - s={sender} n={number} key={SECRET} "
            f"{'x' * pad}.").encode()


def expected(data):
    return data.replace(SECRET.encode(), MASK.encode())


def numbers(lines, sender):
    """The numbers of a sender's records, in the order of arrival."""
    word = f" s={sender} n=".encode()
    return [int(line.partition(word)[2].split()[0])
            for line in lines if word in line]


def lines_of(sender, count, pad=0, first=0):
    return b"".join(record(sender, n, pad) + b"\n"
                    for n in range(first, first + count))


def connect(port):
    sock = socket.create_connection((LOCAL, port), program.HANG_SECONDS)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def send(port, data):
    """Sends all, and waits until all of it was read."""
    with connect(port) as sock:
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        return is_closed(sock)


def is_closed(sock):
    """Waits for the daemon to close; True unless it was by a reset."""
    try:
        return sock.recv(1) == b""
    except ConnectionResetError:
        return False


def in_background(case, task, *arguments):
    """A thread that the test waits for at its end."""
    thread = threading.Thread(target=task, args=arguments)
    thread.start()
    case.addCleanup(thread.join)
    return thread


def limit_descriptors(count):
    """For preexec_fn."""
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))
