"""`--beside OLD`: CPU seconds of a program beside those of an earlier one.

Each piece of work is done by both, in turns old, new, old; what they write is
compared first. Of each there is a line: the medians, the ratio new/old, and as
its control the ratio of the two runs of the old one. A difference that the
control shows too is the machine's. CPU seconds are user and system, of the
process and of the children that it waited for; on a shared machine they say
more than rates.
"""

import argparse
import contextlib
import functools
import hashlib
import os
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import report
from command_line import find_program, gather_facts
from contenders import program
from measures import interleaved, say
from processes import BenchError

NAME_WIDTH = 52
HEADINGS = (f"{'CPU seconds, medians':{NAME_WIDTH}} {'old':>8} {'new':>8}"
            f" {'ratio':>8} {'control':>8}")

Samples = dict[str, list[float]]  # of `old`, `new` and `control`


@dataclass(frozen=True)
class Outcome:
    cpu_seconds: float
    output: str = ""  # its SHA-256, or what else must be the same


@dataclass(frozen=True)
class Work:
    name: str
    run: Callable[[Path], Outcome]
    # Whose output is compared, where that of `run` is different each time.
    check: Callable[[Path], Outcome] | None = None


class Table:
    """Its lines appear as they are measured, and are kept where asked for."""

    def __init__(self, options: argparse.Namespace, bench: str, **facts):
        self.options = options
        self.bench = bench
        self.facts = gather_facts(bench, options, **facts)
        self.lines = []
        self.rows = {}
        self.has_differences = False
        self.write(f"{report.facts_text(self.facts)}\n\n{HEADINGS}")

    def write(self, line: str) -> None:
        self.lines.append(line)
        print(line, flush=True)

    def add(self, name: str, samples: Samples) -> None:
        self.rows[name] = samples
        median = {who: statistics.median(each)
                  for who, each in samples.items()}
        ratios = (f" {median[who] / median['old']:8.3f}" if median["old"]
                  else f" {'-':>8}" for who in ("new", "control"))
        self.write(f"{name:{NAME_WIDTH}} {seconds_text(median['old'])}"
                   f" {seconds_text(median['new'])}{''.join(ratios)}")

    def add_difference(self, name: str) -> None:
        self.has_differences = True
        self.write(f"{name:{NAME_WIDTH}} the outputs differ")

    def publish(self) -> int:
        """The exit code."""
        report.store(self.options, f"{self.bench}-beside", self.facts,
                     "\n".join(self.lines) + "\n", rows=self.rows)
        return 1 if self.has_differences else 0


def seconds_text(seconds: float) -> str:
    return f"{seconds:8.4f}" if seconds >= 0.01 else f"{seconds:8.1e}"


def compare(options: argparse.Namespace, bench: str,
            works: Iterable[Work]) -> int:
    """The exit code: 1 where outputs differ."""
    old, new = find_program(options.beside), find_program(options.program)
    table = Table(options, bench, old=program(old).version(),
                  new=program(new).version())
    for work in works:
        check = work.check or work.run
        if check(old).output != check(new).output:
            table.add_difference(work.name)
            continue
        table.add(work.name, in_turns(
            work.name, options.runs, old, new,
            lambda each, work=work: work.run(each).cpu_seconds))
    return table.publish()


def offered(works: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Those of the measures that were wanted which can be compared so."""
    for name in wanted:
        if name not in works:
            say(f"{name}: not with --beside")
    return [name for name in wanted if name in works]


def in_turns(name: str, runs: int, old: Path, new: Path,
             measure: Callable[[Path], float]) -> Samples:
    return interleaved(name, runs, {
        who: functools.partial(measure, each)
        for who, each in (("old", old), ("new", new), ("control", old))})


def cpu_of(process: subprocess.Popen, good_exits=(0,)) -> float:
    """Waits for it."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in good_exits:
        raise BenchError(f"{process.args}: exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def digest_of(stream) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def command(*words, source: Path | None = None) -> Outcome:
    """Its output goes to a file, which costs both the same."""
    with contextlib.ExitStack() as files:
        given = files.enter_context(open(source or os.devnull, "rb"))
        output = files.enter_context(tempfile.TemporaryFile())
        process = subprocess.Popen(words, stdin=given, stdout=output,
                                   stderr=subprocess.DEVNULL)
        seconds = cpu_of(process, good_exits=(0, 1))
        output.seek(0)
        return Outcome(seconds, digest_of(output))


def piped(old_or_new: Path, source: Path) -> Outcome:
    """`cat source | X`."""
    cat = subprocess.Popen(["cat", source], stdout=subprocess.PIPE)
    process = subprocess.Popen([old_or_new], stdin=cat.stdout,
                               stdout=subprocess.PIPE)
    cat.stdout.close()
    digest = digest_of(process.stdout)
    seconds = cpu_of(process)
    cat.wait()
    return Outcome(seconds, digest)
