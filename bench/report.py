"""Rows, limits, the table, the JSON, and the facts about the machine."""

import argparse
import dataclasses
import datetime
import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = ROOT / "bench" / "runs"
HEADINGS = ("measure", "contender", "median", "rate", "cpu", "ratio", "floor",
            "")
DECIMALS = {"s": 3, "ms": 2, "us": 1, "ns/byte": 0, "MiB": 1, "KiB": 2,
            "s/GB": 2, "CPU s/s": 3, "msg/s": 0, "records": 0}


@dataclass(frozen=True)
class Limit:
    """What a number must not pass, in the number's own unit."""

    sign: str  # "<=" or ">="
    value: float

    def holds(self, number: float) -> bool:
        return number <= self.value if self.sign == "<=" else (
            number >= self.value)


@dataclass(frozen=True)
class Ratio:
    value: float
    to: str  # what it is a multiple of
    limit: Limit | None = None


@dataclass(frozen=True)
class Row:
    measure: str
    contender: str
    value: float  # in `unit`; the median of the samples, where not named else
    unit: str
    samples: list[float]
    limit: Limit | None = None
    bytes_per_second: float | None = None
    cpu_seconds_per_gb: float | None = None
    rate_limit: Limit | None = None
    ratios: tuple[Ratio, ...] = ()

    def verdict(self) -> str:
        """`ok`, `MISS`, or nothing where the row has no limit."""
        checks = [self.limit and self.limit.holds(self.value),
                  self.rate_limit
                  and self.rate_limit.holds(self.bytes_per_second)]
        checks += [ratio.limit and ratio.limit.holds(ratio.value)
                   for ratio in self.ratios]
        judged = [check for check in checks if check is not None]
        if not judged:
            return ""
        return "ok" if all(judged) else "MISS"

    def cells(self) -> tuple[str, ...]:
        ratios = [f"{ratio.value:.2f} x {ratio.to}" for ratio in self.ratios]
        return (self.measure, self.contender, quantity(self.value, self.unit),
                rate_text(self.bytes_per_second),
                cost_text(self.cpu_seconds_per_gb), ", ".join(ratios),
                ", ".join(self.limit_texts()), self.verdict())

    def limit_texts(self) -> list[str]:
        texts = []
        if self.limit:
            texts.append(
                f"{self.limit.sign} {self.limit.value:g} {self.unit}")
        if self.rate_limit:
            texts.append(f"{self.rate_limit.sign} "
                         f"{rate_text(self.rate_limit.value)}")
        return texts + [f"{ratio.limit.sign} {ratio.limit.value:g} x"
                        for ratio in self.ratios if ratio.limit]

    def as_json(self) -> dict:
        samples = [float(f"{sample:.6g}") for sample in self.samples]
        return dataclasses.asdict(self) | {
            "samples": samples, "verdict": self.verdict()}


def quantity(value: float, unit: str) -> str:
    return f"{value:.{DECIMALS[unit]}f} {unit}"


def rate_text(bytes_per_second: float | None) -> str:
    if bytes_per_second is None:
        return ""
    if bytes_per_second >= 1e9:
        return f"{bytes_per_second / 1e9:.2f} GB/s"
    return f"{bytes_per_second / 1e6:.0f} MB/s"


def cost_text(cpu_seconds_per_gb: float | None) -> str:
    return "" if cpu_seconds_per_gb is None else (
        f"{cpu_seconds_per_gb:.2f} s/GB")


def table(rows: list[Row]) -> str:
    """Aligned columns; numbers to the right, words to the left.

    A column in which no row has anything is left out.
    """
    columns = [(heading, *cells) for heading, *cells in
               zip(HEADINGS, *(row.cells() for row in rows)) if any(cells)]
    lines = zip(*map(aligned, columns))
    return "\n".join("  ".join(line).rstrip() for line in lines)


def aligned(column: tuple[str, ...]) -> list[str]:
    width = max(map(len, column))
    if column[0] in ("median", "rate", "cpu"):
        return [cell.rjust(width) for cell in column]
    return [cell.ljust(width) for cell in column]


def as_text(facts: dict, rows: list[Row]) -> str:
    """The facts, the table and a last line that counts the misses."""
    verdicts = [row.verdict() for row in rows]
    missed = verdicts.count("MISS")
    judged = missed + verdicts.count("ok")
    return "\n".join([facts_text(facts), "", table(rows), "",
                      f"{judged} rows with a floor, {missed} missed"])


def facts_text(facts: dict) -> str:
    return "\n".join(f"{name + ':':10} {fact_text(fact)}"
                     for name, fact in facts.items() if fact)


def add_options(parser: argparse.ArgumentParser, bench: str) -> None:
    """Those that publish() obeys."""
    add = parser.add_argument
    add("--json", type=Path, metavar="FILE", help="also write everything here")
    add("--keep", action="store_true",
        help=f"also write bench/runs/DATE-COMMIT-{bench}.json and .txt")
    add("--strict", action="store_true", help="exit 1 where a floor is missed")


def publish(options: argparse.Namespace, bench: str, facts: dict,
            rows: list[Row], **rest) -> int:
    """The table to stdout, all where it was asked for; the exit code."""
    text = as_text(facts, rows) + "\n"
    sys.stdout.write(text)
    store(options, bench, facts, text,
          rows=[row.as_json() for row in rows], **rest)
    missed = any(row.verdict() == "MISS" for row in rows)
    return 1 if options.strict and missed else 0


def store(options: argparse.Namespace, bench: str, facts: dict, text: str,
          **rest) -> None:
    """Writes what --json and --keep ask for."""
    everything = json.dumps(facts | rest, indent=1) + "\n"
    if options.json:
        options.json.write_text(everything)
    if options.keep:
        RUNS.mkdir(exist_ok=True)
        name = f"{facts['date'][:10]}-{facts['commit']}-{bench}"
        (RUNS / f"{name}.txt").write_text(text)
        (RUNS / f"{name}.json").write_text(everything)


def fact_text(fact) -> str:
    if isinstance(fact, dict):
        return ", ".join(f"{key} {value}" for key, value in fact.items())
    if isinstance(fact, list):
        return ", ".join(fact)
    return str(fact)


def machine_facts() -> dict:
    return {"cpu": cpu_model(), "cores": os.cpu_count(),
            "kernel": platform.release(), "load": round(os.getloadavg()[0], 2)}


def cpu_model() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def commit() -> str:
    """What `git describe` says of the sources, or `unknown`."""
    if shutil.which("git") is None:
        return "unknown"
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT,
        capture_output=True, text=True)
    return described.stdout.strip() or "unknown"


def now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
