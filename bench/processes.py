"""Starts processes, feeds them, and reads the clock around them.

No shell, so that pipes can be given a size. Everything that is started is
waited for, and ended where a measurement is broken off.
"""

import fcntl
import hashlib
import os
import select
import subprocess
import sys
import time
from pathlib import Path

from contenders import CAT, Contender

BLOCK_BYTES = 1 << 20
PATIENCE_SECONDS = 10  # for output that should be there at once
ENVIRONMENT = os.environ | {"LC_ALL": "C"}
PEAK_MEMORY = Path(__file__).resolve().parent / "peak_memory.py"


class BenchError(Exception):
    """The run cannot go on; the text is for the user."""

    exit_code = 2


class Children:
    """The processes of one measurement; none is left when it is over."""

    def __init__(self):
        self.started = []

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        for _, process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
        if kind is BrokenPipeError:
            names = " or ".join(contender.name for contender, _ in self.started)
            raise BenchError(f"{names} ended before its input")

    def start(self, contender: Contender, stdin, stdout) -> None:
        process = subprocess.Popen(
            contender.command, stdin=stdin, stdout=stdout, env=ENVIRONMENT)
        self.started.append((contender, process))

    def finish(self) -> None:
        """Waits until all have ended; BenchError where one failed."""
        for _, process in self.started:
            process.wait()
        failed = [f"{contender.name} ended with {process.returncode}"
                  for contender, process in self.started
                  if process.returncode not in contender.good_exits]
        if failed:
            raise BenchError(", ".join(failed))


class Pipe:
    """A pipe, of `size` bytes or as the kernel gives it."""

    def __init__(self, size: int | None = None):
        reader, writer = os.pipe()
        self.reader = open(reader, "rb")
        self.writer = open(writer, "wb", buffering=0)
        if size is not None:
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, size)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        self.reader.close()
        self.writer.close()


def file_seconds(contender: Contender, path: Path) -> float:
    """`X < path > /dev/null`, from the start to the exit."""
    with Children() as children, open(path, "rb") as source:
        begin = time.perf_counter()
        children.start(contender, source, subprocess.DEVNULL)
        children.finish()
        return time.perf_counter() - begin


def pipe_seconds(contender: Contender, path: Path,
                 pipe_bytes: int | None = None) -> float:
    """`cat path | X | cat > /dev/null`, from the start to the third exit."""
    first_cat = Contender("cat FILE", (*CAT.command, str(path)))
    with (Children() as children, Pipe(pipe_bytes) as before,
          Pipe(pipe_bytes) as behind):
        begin = time.perf_counter()
        children.start(first_cat, subprocess.DEVNULL, before.writer)
        children.start(contender, before.reader, behind.writer)
        children.start(CAT, behind.reader, subprocess.DEVNULL)
        before.close()
        behind.close()
        children.finish()
        return time.perf_counter() - begin


def bytewise_seconds(contender: Contender, data: bytes) -> float:
    """`X > /dev/null`, fed by one write for each byte, from start to exit.

    The loop below takes longer for a byte than any contender should: it says
    whether X keeps up, and what it costs beside `cat` with the same writer.
    """
    single_bytes = [data[at:at + 1] for at in range(len(data))]
    with Children() as children, Pipe() as pipe:
        begin = time.perf_counter()
        children.start(contender, pipe.reader, subprocess.DEVNULL)
        pipe.reader.close()
        descriptor = pipe.writer.fileno()
        for byte in single_bytes:
            os.write(descriptor, byte)
        pipe.writer.close()
        children.finish()
        return time.perf_counter() - begin


def start_seconds(contender: Contender, line: bytes) -> float:
    """From before the fork to the first byte out, with one line waiting."""
    with Children() as children, Pipe() as before, Pipe() as behind:
        before.writer.write(line)
        begin = time.perf_counter()
        children.start(contender, before.reader, behind.writer)
        behind.writer.close()
        read_exactly(behind.reader, 1, contender)
        elapsed = time.perf_counter() - begin
        before.close()
        children.finish()
        return elapsed


class Conversation:
    """A running contender that is written one line at a time."""

    def __init__(self, children: Children, contender: Contender):
        self.contender = contender
        self.before = Pipe()
        self.behind = Pipe()
        children.start(contender, self.before.reader, self.behind.writer)
        self.before.reader.close()
        self.behind.writer.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.before.close()
        self.behind.close()

    def round_trip_seconds(self, line: bytes) -> float:
        """From before the write of a line to the read of its last byte."""
        begin = time.perf_counter()
        self.before.writer.write(line)
        read_exactly(self.behind.reader, len(line), self.contender)
        return time.perf_counter() - begin


def read_exactly(pipe, size: int, contender: Contender) -> None:
    """Reads `size` bytes as they come; BenchError where they do not."""
    while size > 0:
        readable, _, _ = select.select([pipe], [], [], PATIENCE_SECONDS)
        if not readable:
            raise BenchError(f"{contender.name} holds back a line: no output "
                             f"in {PATIENCE_SECONDS} s")
        got = os.read(pipe.fileno(), size)
        if not got:
            raise BenchError(f"{contender.name} ended before its output")
        size -= len(got)


def peak_memory_bytes(contender: Contender, path: Path) -> int:
    """The largest resident set of `X < path > /dev/null`."""
    helper = Contender(
        contender.name,
        (sys.executable, "-I", "-S", str(PEAK_MEMORY), *contender.command),
        contender.good_exits)
    with (Children() as children, open(path, "rb") as source,
          Pipe() as report):
        children.start(helper, source, report.writer)
        report.writer.close()
        kibibytes = report.reader.read()
        children.finish()
        return int(kibibytes) * 1024


def output_sha256(contender: Contender, path: Path) -> str:
    """The SHA-256 of what `X < path` writes."""
    with (Children() as children, open(path, "rb") as source,
          Pipe(BLOCK_BYTES) as output):
        children.start(contender, source, output.writer)
        output.writer.close()
        digest = hashlib.file_digest(output.reader, "sha256")
        children.finish()
        return digest.hexdigest()


def first_difference(one: Contender, other: Contender, path: Path) -> int:
    """The offset of the first output byte in which two contenders differ."""
    with (Children() as children, Pipe() as left, Pipe() as right,
          open(path, "rb") as left_source, open(path, "rb") as right_source):
        children.start(one, left_source, left.writer)
        children.start(other, right_source, right.writer)
        left.writer.close()
        right.writer.close()
        return common_length(left.reader, right.reader)


def common_length(left, right) -> int:
    """How many bytes two files have in common before they differ."""
    total = 0
    while True:
        one, other = left.read(BLOCK_BYTES), right.read(BLOCK_BYTES)
        if one != other or not one:
            return total + len(os.path.commonprefix([one, other]))
        total += len(one)
