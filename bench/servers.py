"""The servers that are compared: each stands between a source and a sink."""

import dataclasses
import re
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent
                       / "tests" / "support"))
import peers
from peers import Endpoint, Peer, free_port, tcp
from processes import BenchError

IDLE_SECONDS = 0.2  # without CPU time: it has nothing more to do
PATIENCE_SECONDS = 30
TICKS_PER_SECOND = 100  # of /proc/PID/stat


@dataclass(frozen=True)
class Job:
    """What a server shall do; `sink` None throws all away."""

    source: Endpoint
    sink: Endpoint | None
    type: str = "lines"  # of the source: lines or syslog
    workers: int = 1
    memory_limit: str = "256MiB"


@dataclass(frozen=True)
class Server:
    name: str
    start: Callable[[Job], Peer] | None  # None: nothing is in between
    masks: bool = True
    is_shipper: bool = False  # slow, and several threads change the order


class Redactor(Peer):
    """Our daemon, with a configuration of its own and its metrics."""

    def __init__(self, program: Path, job: Job):
        self.admin_port = free_port()
        super().__init__("cflt-redact", [job.source, tcp(self.admin_port)],
                         {"serve.yaml": configuration(job, self.admin_port)},
                         "serve", "-c", "{folder}/serve.yaml",
                         program=str(program))

    def metrics(self) -> list[tuple[str, float]]:
        """Each sample: its name with labels, its value."""
        url = f"http://127.0.0.1:{self.admin_port}/metrics"
        with urllib.request.urlopen(url, timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        samples = (line.rpartition(" ") for line in lines
                   if line and not line.startswith("#"))
        return [(name, float(value)) for name, _, value in samples]

    def total(self, pattern: str) -> int:
        """The sum of all samples whose name and labels match."""
        return int(sum(value for name, value in self.metrics()
                       if re.match(pattern, name)))


def configuration(job: Job, admin_port: int) -> str:
    source = [f"type: {job.type}",
              f"address: {job.source.kind}://127.0.0.1:{job.source.where}"]
    sink = ["inputs: [in]", "type: blackhole"]
    if job.source.kind == "tcp":
        source += [f"framing: {job.source.framing}",
                   "connection_limit: 20000"]
    if job.sink:
        sink[1:] = ["type: lines", f"framing: {job.sink.framing}",
                    f"address: tcp://127.0.0.1:{job.sink.where}"]
    return "\n".join([
        "service:", "  drain_timeout: 1s", f"  workers: {job.workers}",
        f"  memory_limit: {job.memory_limit}",
        f"  admin: 127.0.0.1:{admin_port}",
        "sources:", "  in:", *(f"    {line}" for line in source),
        "sinks:", "  out:", *(f"    {line}" for line in sink)])


def redactor(program: Path) -> Server:
    return Server("cflt-redact", lambda job: Redactor(program, job))


NOWHERE = peers.file("/dev/null")
DIRECT = Server("direct", None, masks=False)
SOCAT = Server("socat", lambda job: peers.relay(
    job.source.where, job.sink.where), masks=False)
HAPROXY = Server("haproxy", lambda job: peers.haproxy(
    job.source.where, job.sink.where), masks=False)
RSYSLOG = Server("rsyslog", lambda job: peers.rsyslog(
    job.source, job.sink or NOWHERE, redact=True), is_shipper=True)
SYSLOG_NG = Server("syslog-ng", lambda job: peers.syslog_ng(
    job.source, job.sink or NOWHERE, redact=True), is_shipper=True)
SHIPPERS = (RSYSLOG, SYSLOG_NG)


def stand_in(measure: str) -> Server:
    """In place of the daemon, to try the benchmark itself."""
    peer = RSYSLOG if measure in ("syslog", "udp") else SOCAT
    return dataclasses.replace(peer, name="stand-in")


def cpu_seconds(pid: int) -> float:
    """What a process and its ended children have used, user and system."""
    stat = Path(f"/proc/{pid}/stat").read_bytes()
    return sum(map(int, stat.rpartition(b")")[2].split()[11:15])) \
        / TICKS_PER_SECOND


def wait_for_children(pid: int) -> None:
    """Until a process has none, so that their CPU time is its own."""
    wait_until(lambda: not Path(f"/proc/{pid}/task/{pid}/children")
               .read_text(), f"{pid} has children")


def wait_until_idle(pid: int) -> float:
    """Until a process uses no CPU; when it last did, of time.monotonic()."""
    last_change = time.monotonic()
    deadline = last_change + PATIENCE_SECONDS
    used = cpu_seconds(pid)
    while time.monotonic() - last_change < IDLE_SECONDS:
        time.sleep(0.01)
        now = cpu_seconds(pid)
        if now != used:
            used, last_change = now, time.monotonic()
        if last_change > deadline:
            raise BenchError(f"{pid} is still busy")
    return last_change


def memory_bytes(pid: int) -> dict[str, int]:
    """Rss, Pss and the like, as /proc/PID/smaps_rollup names them."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return {name: int(kibibytes) * 1024 for name, kibibytes in
            re.findall(r"^(\w+): +(\d+) kB", rollup, re.MULTILINE)}


def wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise BenchError(otherwise)
        time.sleep(0.005)
