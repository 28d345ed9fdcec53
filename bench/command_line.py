"""What the command lines of all benches share: options, facts, how they end."""

import argparse
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import report
from measures import say
from processes import BenchError

BUILT = report.ROOT / "build" / "release" / "bin"
PROGRAM = BUILT / "cflt-redact"
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def byte_count(text: str) -> int:
    """A number of bytes such as 64M or 1G; K, M, G are powers of 1024."""
    unit = text[-1:].upper() if text[-1:].isalpha() else ""
    number = text.removesuffix(text[-1:]) if unit else text
    if unit not in UNITS or not number.isdigit() or int(number) == 0:
        raise argparse.ArgumentTypeError(f"not a size: {text}")
    return int(number) * UNITS[unit]


def run_count(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"not a number of runs: {text}")
    return int(text)


def names_among(known: Iterable[str]) -> Callable[[str], list[str]]:
    """A type: a list of names such as `pipe,file`, in the order of `known`."""
    known = list(known)

    def names(text: str) -> list[str]:
        wanted = text.split(",")
        for name in wanted:
            if name not in known:
                raise argparse.ArgumentTypeError(
                    f"no measure {name}; there are {', '.join(known)}")
        return [name for name in known if name in wanted]
    return names


def make_parser(bench: str, about: str, more: str = "",
                ) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog=f"bench/{bench}", description=about, epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter)


def add_options(parser: argparse.ArgumentParser, bench: str, runs: int,
                program: Path = PROGRAM) -> None:
    """Those that every bench has; `runs` and `program` if nobody says."""
    add = parser.add_argument
    add("--runs", type=run_count, default=runs, metavar="N",
        help=f"of which the median is taken ({runs})")
    add("--program", type=Path, default=program, metavar="PATH",
        help=f"the {program.name} to measure "
             f"({program.relative_to(report.ROOT)})")
    add("--beside", type=Path, metavar="OLD",
        help=f"only compare CPU seconds with this {program.name}: both in "
             "turns, and OLD again as the control")
    report.add_options(parser, bench)


def find_program(path: Path) -> Path:
    if not os.access(path, os.X_OK) or path.is_dir():
        raise BenchError(f"no program {path}: build it, or name one with "
                         "--program")
    return path.resolve()


def gather_facts(bench: str, options: argparse.Namespace, **more) -> dict:
    """What a reader must know to judge the numbers; without our paths, since
    runs are kept."""
    words = (Path(word).name if word.startswith("/") else word
             for word in sys.argv[1:])
    return {
        "command": shlex.join([f"bench/{bench}", *words]),
        "date": report.now(),
        "commit": report.commit(),
        "machine": report.machine_facts(),
        "runs": options.runs,
    } | more


def main(bench: str, parse_options: Callable[[], argparse.Namespace],
         run: Callable[[argparse.Namespace], int],
         failures: tuple[type[Exception], ...] = ()) -> int:
    """The exit code; `failures` are told to the user, as BenchError is."""
    options = parse_options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return run(options)
    except KeyboardInterrupt:
        say(f"bench/{bench}: interrupted")
        return 130
    except (BenchError, OSError, *failures) as error:
        say(f"bench/{bench}: {error}")
        return getattr(error, "exit_code", 2)
