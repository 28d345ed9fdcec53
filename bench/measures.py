"""What is measured, and the floors: a function a measure, each gives rows.

The floors are those of issue 2 and of the design, section 5. Contenders take
turns, a run each, so that a busy moment of the machine hits all of them.
"""

import contextlib
import functools
import statistics
import sys
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agreement import check_worst
from contenders import CAT, Contender
from processes import (Children, Conversation, bytewise_seconds, file_seconds,
                       peak_memory_bytes, pipe_seconds, start_seconds)
from report import Limit, Ratio, Row
from worst import WorstInput, worst_inputs

PIPE_RATIO = Limit("<=", 1.0)  # of the time with cat in its place
FILE_RATIOS = {"rg": Limit(">=", 5), "sed -E": Limit(">=", 10),
               "perl -pe": Limit(">=", 10)}  # of our time
WORST_RATE = Limit(">=", 150e6)  # bytes a second
# Twice the size takes twice the time, or four times where it is quadratic.
WORST_GROWTH = Limit("<=", 2.5)
# The time for a byte stays, or doubles where it is quadratic.
BYTEWISE_GROWTH = Limit("<=", 1.5)
PEAK_MEMORY_MIB = Limit("<=", 24)
START_MILLISECONDS = Limit("<=", 15)
LATENCY_MICROSECONDS = Limit("<=", 1000)

EQUAL_PIPE_BYTES = 1 << 20
BYTEWISE_BYTES = (128 << 10, 256 << 10)
START_RUNS = 50
LATENCY_LINES = 500
LATENCY_PAUSE_SECONDS = 0.002
LINE = b"2025-10-09 08:53:20,130 INFO [main] Committed offset 914048504\n"


@dataclass(frozen=True)
class Bench:
    """What all measures need."""

    program: Contender
    peers: list[Contender]  # those that are installed
    log: Path | None
    runs: int
    worst_bytes: int  # of the larger of the two sizes
    scratch: Path  # a directory for inputs that are not kept


def say(text: str) -> None:
    """Progress, for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def interleaved(measure: str, runs: int,
                tasks: dict[Hashable, Callable[[], float]],
                ) -> dict[Hashable, list[float]]:
    """Runs each task once, then each again, and so on; samples by task."""
    samples = {name: [] for name in tasks}
    for run in range(runs):
        say(f"{measure}: run {run + 1} of {runs}")
        for name, task in tasks.items():
            samples[name].append(task())
    return samples


def seconds_row(measure: str, contender: str, samples: list[float], size: int,
                **rest) -> Row:
    """A row of seconds for `size` bytes, with its rate."""
    median = statistics.median(samples)
    return Row(measure, contender, median, "s", samples,
               bytes_per_second=size / median, **rest)


def ratio_of(samples: list[float], reference: list[float], to: str,
             limit: Limit | None = None) -> Ratio:
    value = statistics.median(samples) / statistics.median(reference)
    return Ratio(value, to, limit)


def pipe_rows(bench: Bench, pipe_bytes: int | None = None) -> list[Row]:
    """`cat F | X | cat > /dev/null`."""
    measure = "pipe" if pipe_bytes is None else "pipe, 1 MiB pipes"
    samples = interleaved(measure, bench.runs, {
        contender.name: functools.partial(
            pipe_seconds, contender, bench.log, pipe_bytes)
        for contender in (CAT, bench.program)})
    size = bench.log.stat().st_size
    reference, ours = samples.values()
    limit = PIPE_RATIO if pipe_bytes is None else None
    ratio = ratio_of(ours, reference, CAT.name, limit)
    return [seconds_row(measure, CAT.name, reference, size),
            seconds_row(measure, bench.program.name, ours, size,
                        ratios=(ratio,))]


def equal_pipe_rows(bench: Bench) -> list[Row]:
    """The same with pipes that are large for both; printed, no floor."""
    return pipe_rows(bench, EQUAL_PIPE_BYTES)


def file_rows(bench: Bench) -> list[Row]:
    """`X < F > /dev/null`; the ratios say how much faster we are."""
    contenders = (bench.program, CAT, *bench.peers)
    samples = interleaved("file", bench.runs, {
        contender.name: functools.partial(file_seconds, contender, bench.log)
        for contender in contenders})
    size = bench.log.stat().st_size
    ours = samples.pop(bench.program.name)
    rows = [seconds_row("file", bench.program.name, ours, size)]
    for name, theirs in samples.items():
        ratio = ratio_of(theirs, ours, bench.program.name,
                         FILE_RATIOS.get(name))
        rows.append(seconds_row("file", name, theirs, size, ratios=(ratio,)))
    return rows


@contextlib.contextmanager
def written(bench: Bench, worst: WorstInput, size: int) -> Iterator[Path]:
    """A worst input as a file, for as long as the block lasts."""
    path = bench.scratch / f"worst-{size}"
    worst.write(path, size)
    try:
        yield path
    finally:
        path.unlink()


def worst_rows(bench: Bench) -> list[Row]:
    """Each worst input whole, `X < F > /dev/null`, at two sizes."""
    rows = []
    for worst in worst_inputs():
        rows += worst_input_rows(bench, worst)
    return rows


def worst_input_rows(bench: Bench, worst: WorstInput) -> list[Row]:
    sizes = (bench.worst_bytes // 2, bench.worst_bytes)
    measure = f"worst: {worst.name}"
    with (written(bench, worst, sizes[0]) as half,
          written(bench, worst, sizes[1]) as whole):
        check_worst(bench.program, worst, whole, sizes[1])
        samples = interleaved(measure, bench.runs, {
            path: functools.partial(file_seconds, bench.program, path)
            for path in (half, whole)})
        byte_counts = [path.stat().st_size for path in (half, whole)]
    growth = ratio_of(samples[whole], samples[half], size_text(sizes[0]),
                      WORST_GROWTH)
    return [seconds_row(f"{measure}, {size_text(size)}", bench.program.name,
                        seconds, byte_count, rate_limit=WORST_RATE,
                        ratios=ratios)
            for size, byte_count, seconds, ratios in zip(
                sizes, byte_counts, samples.values(), ((), (growth,)))]


def size_text(size: int) -> str:
    if size % (1 << 20) == 0:
        return f"{size >> 20} MiB"
    return f"{size / 1024:g} KiB"


def bytewise_rows(bench: Bench) -> list[Row]:
    """Each worst input in 1-byte writes; the writer is what takes longest."""
    rows = []
    for worst in worst_inputs():
        rows += bytewise_input_rows(bench, worst)
    return rows


def bytewise_input_rows(bench: Bench, worst: WorstInput) -> list[Row]:
    small, large = BYTEWISE_BYTES
    measure = f"bytewise: {worst.name}"
    tasks = {(contender, size): functools.partial(
                bytewise_nanoseconds, contender, worst.head(size))
             for contender, size in ((CAT, large), (bench.program, small),
                                     (bench.program, large))}
    samples = interleaved(measure, bench.runs, tasks)
    reference, ours_small, ours_large = samples.values()
    ratios = (ratio_of(ours_large, reference, CAT.name),
              ratio_of(ours_large, ours_small, size_text(small),
                       BYTEWISE_GROWTH))
    return [Row(f"{measure}, {size_text(size)}", contender.name,
                statistics.median(nanoseconds), "ns/byte", nanoseconds,
                ratios=ratios if nanoseconds is ours_large else ())
            for (contender, size), nanoseconds in samples.items()]


def bytewise_nanoseconds(contender: Contender, data: bytes) -> float:
    """Nanoseconds a byte."""
    return bytewise_seconds(contender, data) * 1e9 / len(data)


def memory_rows(bench: Bench) -> list[Row]:
    """Peak resident memory on the log and on each worst input, once each."""
    rows = [memory_row(CAT, "memory: log", bench.log),
            memory_row(bench.program, "memory: log", bench.log,
                       PEAK_MEMORY_MIB)]
    for worst in worst_inputs():
        with written(bench, worst, bench.worst_bytes) as path:
            rows.append(memory_row(bench.program, f"memory: {worst.name}",
                                   path, PEAK_MEMORY_MIB))
    return rows


def memory_row(contender: Contender, measure: str, path: Path,
               limit: Limit | None = None) -> Row:
    say(f"{measure}: {contender.name}")
    mebibytes = peak_memory_bytes(contender, path) / (1 << 20)
    return Row(measure, contender.name, mebibytes, "MiB", [mebibytes], limit)


def start_rows(bench: Bench) -> list[Row]:
    """From the fork to the first byte out."""
    say(f"start: {START_RUNS} runs")
    limits = {CAT: None, bench.program: START_MILLISECONDS}
    samples = {contender: [] for contender in limits}
    for _ in range(START_RUNS):
        for contender, milliseconds in samples.items():
            milliseconds.append(start_seconds(contender, LINE) * 1e3)
    return [Row("start", contender.name, statistics.median(milliseconds), "ms",
                milliseconds, limits[contender])
            for contender, milliseconds in samples.items()]


def latency_rows(bench: Bench) -> list[Row]:
    """One line in, one line out, with a pause before the next."""
    say(f"latency: {LATENCY_LINES} lines")
    limits = {CAT: None, bench.program: LATENCY_MICROSECONDS}
    samples = latencies(list(limits), LATENCY_LINES)
    rows = []
    for contender, microseconds in samples.items():
        rows.append(Row("latency", contender.name,
                        statistics.median(microseconds), "us", microseconds,
                        limits[contender]))
        rows.append(Row("latency, 99th percentile", contender.name,
                        statistics.quantiles(microseconds, n=100)[98], "us",
                        []))
    return rows


def latencies(contenders: list[Contender], lines: int,
              ) -> dict[Contender, list[float]]:
    """Microseconds of each line; the contenders run side by side."""
    samples = {contender: [] for contender in contenders}
    with contextlib.ExitStack() as stack:
        children = stack.enter_context(Children())
        talks = [stack.enter_context(Conversation(children, contender))
                 for contender in contenders]
        for _ in range(lines):
            for talk in talks:
                time.sleep(LATENCY_PAUSE_SECONDS)
                samples[talk.contender].append(
                    talk.round_trip_seconds(LINE) * 1e6)
        for talk in talks:
            talk.before.close()
        children.finish()
    return samples


MEASURES = {
    "pipe": pipe_rows,
    "pipe-equal": equal_pipe_rows,
    "file": file_rows,
    "worst": worst_rows,
    "bytewise": bytewise_rows,
    "memory": memory_rows,
    "start": start_rows,
    "latency": latency_rows,
}
NEED_LOG = {"pipe", "pipe-equal", "file", "memory"}
