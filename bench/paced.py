"""Input at a steady rate, and what a process used meanwhile."""

import contextlib
import itertools
import multiprocessing
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from processes import BenchError

TICK_SECONDS = 0.01
LEAST_RATE = 0.98  # of what was asked for, or the machine is too slow
BUFFER_BYTES = 1 << 20
MIB = 1 << 20


@dataclass(frozen=True)
class Use:
    """What a process used while it was given input."""

    cpu_share: float  # CPU seconds a second
    peak_mib: float  # VmHWM, since its start


def cpu_seconds(pid: int) -> float:
    """Of all its threads, user and system. /proc/PID/stat, which has those that
    ended too, counts in steps of 10 ms."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((each / "schedstat").read_text().split()[0])
               for each in threads) / 1e9


def peak_bytes(pid: int) -> int:
    """The largest resident memory that a process has had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def feed(pid: int, write: Callable[[memoryview], int], data: bytes,
         rate: int, seconds: float) -> Use:
    """Writes `data`, over and over, at `rate` bytes a second.

    Every tick it writes what is due, as a sender with a buffer does.
    """
    view = memoryview(data)
    before = cpu_seconds(pid)
    begin = time.monotonic()
    sent = 0
    while (elapsed := time.monotonic() - begin) < seconds:
        due = int(elapsed * rate)
        while sent < due:
            at = sent % len(view)
            sent += write(view[at:at + due - sent])
        time.sleep(TICK_SECONDS)
    return used(pid, before, sent, rate, elapsed)


def feed_records(pid: int, write: Callable[[bytes], int], data: bytes,
                 rate: int, seconds: float) -> Use:
    """The same with a write for each record, as a sender without a buffer."""
    records = itertools.cycle(data.splitlines(keepends=True))
    before = cpu_seconds(pid)
    begin = time.monotonic()
    sent = 0
    while (elapsed := time.monotonic() - begin) < seconds:
        if sent < elapsed * rate:
            sent += write(next(records))
        else:
            time.sleep(0)
    return used(pid, before, sent, rate, elapsed)


def used(pid: int, before: float, sent: int, rate: int,
         elapsed: float) -> Use:
    if sent < LEAST_RATE * rate * elapsed:
        raise BenchError(f"{sent / elapsed / 1e6:.1f} MB/s in place of "
                         f"{rate / 1e6:g} could be sent")
    return Use((cpu_seconds(pid) - before) / elapsed, peak_bytes(pid) / MIB)


@contextlib.contextmanager
def drain() -> Iterator[int]:
    """The port of a process that reads one connection and drops all of it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        child = multiprocessing.get_context("fork").Process(
            target=read_all, args=(server,), daemon=True)
        child.start()
        try:
            yield server.getsockname()[1]
        finally:
            child.kill()
            child.join()


def read_all(server: socket.socket) -> None:
    buffer = bytearray(BUFFER_BYTES)
    connection, _ = server.accept()
    while connection.recv_into(buffer):
        pass
