"""cflt_load at work: both ends of what is measured, and one run of it."""

import contextlib
import json
import select
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import report
from messages import Input
from peers import free_port, is_open, tcp
from processes import BenchError
from servers import (DIRECT, Job, Server, cpu_seconds, wait_for_children,
                     wait_until)

LOAD = report.ROOT / "build" / "release" / "bin" / "cflt_load"
SECONDS_AT_MOST = 60  # of one run


class Load:
    """A running `cflt_load VERB ...`; its report when it has ended."""

    def __init__(self, *arguments):
        self.verb = arguments[0]
        self.process = subprocess.Popen(
            [str(LOAD), *map(str, arguments)], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def first_line(self) -> dict:
        """What it says while it goes on."""
        said, _, _ = select.select([self.process.stdout], [], [],
                                   SECONDS_AT_MOST)
        line = self.process.stdout.readline() if said else b""
        if not line:
            raise BenchError(f"cflt_load {self.verb} does not get on")
        return json.loads(line)

    def report(self) -> dict:
        """Waits for its end."""
        try:
            output, _ = self.process.communicate(timeout=SECONDS_AT_MOST)
        except subprocess.TimeoutExpired:
            raise BenchError(f"cflt_load {self.verb} did not end") from None
        if self.process.returncode != 0:
            raise BenchError(f"cflt_load {self.verb} failed")
        return json.loads(output)

    def stop(self) -> dict:
        self.process.terminate()
        return self.report()


@contextlib.contextmanager
def receiver(*options) -> Iterator[tuple[int, Load]]:
    """A TCP receiver that listens, and its port."""
    port = free_port()
    with Load("receive", "tcp", port, *options) as load:
        wait_until(lambda: is_open("tcp", port), "the receiver is not there")
        yield port, load


@contextlib.contextmanager
def written(data: bytes) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="cflt-load-") as file:
        file.write(data)
        file.flush()
        yield Path(file.name)


@dataclass(frozen=True)
class Sample:
    """One run."""

    seconds: float  # from before the first byte in to the last byte out
    cpu_seconds: float  # of the server


def stream_job(source_port: int, sink_port: int, framing: str, **more) -> Job:
    return Job(tcp(source_port, framing), tcp(sink_port, framing), **more)


def run_stream(server: Server, data: Input, path: Path, copies: int,
               connections: int = 1, **job) -> Sample:
    """Sends the file `path` (of `data`) through a server, `copies` times."""
    output = data.expected if server.masks else data.sent
    expected = len(output) * copies * connections
    with (receiver("--bytes", expected) as (sink_port, receiving),
          contextlib.ExitStack() as stack):
        source_port, pid = sink_port, None
        if server is not DIRECT:
            source_port = free_port()
            pid = stack.enter_context(server.start(stream_job(
                source_port, sink_port, data.framing, **job))).pid
        before = cpu_seconds(pid) if pid else 0
        sending = stack.enter_context(Load(
            "send", "tcp", f"127.0.0.1:{source_port}", "--file", path,
            "--copies", copies, "--connections", connections))
        received, sent = receiving.report(), sending.report()
        if received["bytes"] != expected:
            raise BenchError(f"{server.name} passed on {received['bytes']} "
                             f"bytes of {expected}")
        used = 0.0
        if pid:
            wait_for_children(pid)
            used = cpu_seconds(pid) - before
        return Sample((received["last_ns"] - sent["begin_ns"]) / 1e9, used)


def stream_output(server: Server, data: Input, **job) -> bytes:
    """What comes out for one copy; it may be too little or too much."""
    with (written(data.sent) as path, written(b"") as output,
          receiver("--bytes", len(data.expected), "--output", output,
                   "--quiet", 3000) as (sink_port, receiving)):
        source_port = free_port()
        with (server.start(stream_job(source_port, sink_port, data.framing,
                                      **job)),
              Load("send", "tcp", f"127.0.0.1:{source_port}", "--file",
                   path) as sending):
            sending.report()
            receiving.report()
        return output.read_bytes()
