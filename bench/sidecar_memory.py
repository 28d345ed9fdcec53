"""The most memory of a sidecar, whatever its senders do: that of
config/examples/sidecar.yaml, and that of docs/recipes/kubernetes.md.

As many connections as it accepts hold the longest records that are not
complete, then more records come than its sink's buffer holds. The sink is dead
(nobody listens), or stuck (it is connected, and reads nothing); that of the
recipe is a pipe which nobody reads.
"""

import contextlib
import re
import resource
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import report
from measures import say
from paced import MIB, peak_bytes
from peers import Peer, free_port, tcp
from processes import BenchError
from report import Limit, Row

EXAMPLE = report.ROOT / "config" / "examples" / "sidecar.yaml"
RECIPE = report.ROOT / "docs" / "recipes" / "kubernetes.md"
BLOCK = re.compile(r"```yaml\n(# cflt-redact: config.yaml\n.*?)```", re.DOTALL)
DEFAULT_CONNECTIONS = 1024  # connection_limit
LONGEST = MIB  # max_length, by default
WANTED = Limit("<=", 48)  # MiB, issue of the sidecar
FLOOD_SECONDS = 6  # or until nothing more is accepted
PIECE = 16384
LINE = b"<13>1 2025-10-09T08:53:20Z host app 1 - - " + b"x" * 200 + b"\n"


@dataclass(frozen=True)
class Attack:
    """What each of the connections holds open, and what the last one sends."""

    name: str
    held: bytes
    flood: bytes
    is_sink_dead: bool = True


def counted(record: bytes) -> bytes:
    return b"%d %s" % (len(record), record)


HEAD = b"<13>1 - h a - - - "
# A record is copied out of the read block while it is shorter than half of it
# (128 KiB), and is a stream of its own when it is longer.
SHORT = HEAD + b"s" * (120 << 10)
LONG = HEAD + b"l" * (LONGEST - 1000)
# A line feed within a record becomes four bytes, where it is written.
FEEDS = counted(HEAD + b"\n" * (LONGEST - 1000))
ATTACKS = (
    Attack("dead sink, lines", b"", LINE * 512),
    Attack("dead sink, lines, short ones held", SHORT, LINE * 512),
    Attack("dead sink, lines, long ones held", LONG, LINE * 512),
    Attack("dead sink, tiny lines, short ones held", SHORT, b"<13>x\n" * 16384),
    Attack("dead sink, long records, long ones held", LONG,
           (LONG + b"\n") * 4),
    Attack("stuck sink, line feeds in counted records", b"", FEEDS * 2, False),
)


def configurations() -> dict[str, str]:
    """Their texts, by what the rows call them."""
    return {"sidecar.yaml": EXAMPLE.read_text(),
            "kubernetes.md": BLOCK.search(RECIPE.read_text())[1]}


class Sidecar(Peer):
    """Ready, with the ports that it is given; nobody reads its stdout."""

    def __init__(self, program: Path, text: str, port: int, sink_port: int):
        self.admin_port = free_port()
        text = re.sub(r"admin: \S+:9469", f"admin: 127.0.0.1:{self.admin_port}",
                      text)
        text = text.replace("${LISTEN_PORT:-5514}", str(port))
        text = text.replace("127.0.0.1:5514", f"127.0.0.1:{port}")
        text = text.replace("${SHIPPER:-127.0.0.1:5170}",
                            f"127.0.0.1:{sink_port}")
        super().__init__("sidecar", [tcp(port), tcp(self.admin_port)],
                         {"serve.yaml": text}, "serve", "-c",
                         "{folder}/serve.yaml", program=str(program))

    def start(self, command: list[str]) -> None:
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=log, start_new_session=True)

    def stop(self, *how) -> None:
        super().stop(signal.SIGKILL)  # it could not deliver what waits
        self.process.stdout.close()


def sidecar_rows(program: Path, runs: int) -> list[Row]:
    """The largest of `runs`, which depend on the order of what arrives."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    rows = []
    for name, text in configurations().items():
        for attack in ATTACKS:
            measure = f"{name}: {attack.name}"
            say(measure)
            peaks, kernels = zip(*(attacked(program, text, attack)
                                   for _ in range(runs)))
            rows += [Row(measure, "cflt-redact", max(peaks), "MiB",
                         list(peaks), WANTED),
                     Row(f"{measure}, all TCP sockets", "kernel",
                         max(kernels), "MiB", list(kernels))]
    return rows


def attacked(program: Path, text: str, attack: Attack) -> tuple[float, float]:
    """MiB: the daemon's peak, and what the kernel's TCP sockets grew by."""
    port, sink_port = free_port(), free_port()
    limit = re.search(r"connection_limit: (\d+)", text)
    connections = int(limit[1]) if limit else DEFAULT_CONNECTIONS
    before = tcp_bytes()
    with (contextlib.ExitStack() as stack,
          Sidecar(program, text, port, sink_port) as daemon):
        if not attack.is_sink_dead:
            stack.enter_context(stuck_sink(sink_port))
        if attack.held:
            stack.enter_context(held_open(daemon, port, connections - 1,
                                          attack.held))
        flood(port, attack.flood)
        after = tcp_bytes()
        return peak_bytes(daemon.pid) / MIB, (after - before) / MIB


@contextlib.contextmanager
def held_open(daemon: Sidecar, port: int, count: int,
              held: bytes) -> Iterator[None]:
    """Connections with a record that has begun; the daemon may close some."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(connected(port))
                   for _ in range(count)]
        for at in range(0, len(held), PIECE):
            for each in sockets:
                with contextlib.suppress(OSError):
                    each.send(held[at:at + PIECE])
        wait_until_read(daemon.admin_port)
        yield


def connected(port: int) -> socket.socket:
    each = socket.create_connection(("127.0.0.1", port))
    each.settimeout(0)
    return each


def flood(port: int, data: bytes) -> None:
    """Sends until nothing has been accepted for a second."""
    with socket.create_connection(("127.0.0.1", port)) as sender:
        sender.settimeout(1)
        end = time.monotonic() + FLOOD_SECONDS
        view = memoryview(data)
        at = 0
        with contextlib.suppress(TimeoutError):
            while time.monotonic() < end:
                at = (at + sender.send(view[at:])) % len(view)


@contextlib.contextmanager
def stuck_sink(port: int) -> Iterator[None]:
    """The kernel connects whoever comes; nobody reads."""
    with socket.create_server(("127.0.0.1", port)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        yield


def wait_until_read(admin_port: int) -> None:
    """Until the daemon reads no more."""
    last, same = -1.0, 0
    for _ in range(300):
        now = received_bytes(admin_port)
        same = same + 1 if now == last else 0
        if same == 5:
            return
        last = now
        time.sleep(0.1)
    raise BenchError("the daemon does not come to rest")


def received_bytes(admin_port: int) -> float:
    url = f"http://127.0.0.1:{admin_port}/metrics"
    with urllib.request.urlopen(url, timeout=10) as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith("cflt_redact_source_bytes_total{"):
                return float(line.rpartition(" ")[2])
    raise BenchError("no cflt_redact_source_bytes_total")


def tcp_bytes() -> int:
    """What all TCP sockets of the machine hold; of no process's memory, but of
    a control group's."""
    for line in Path("/proc/net/sockstat").read_text().splitlines():
        if line.startswith("TCP:"):
            return int(line.split()[-1]) * resource.getpagesize()
    raise BenchError("no TCP in /proc/net/sockstat")
