"""The programs that are compared, and how each is called.

All read stdin, write stdout and run under `LC_ALL=C`.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SHAPE = "cflt[A-Za-z0-9+/]{60}"  # without the checksum, which no peer knows
MASK = "cflt****"


@dataclass(frozen=True)
class Contender:
    name: str
    command: tuple[str, ...]
    good_exits: tuple[int, ...] = (0,)

    def is_installed(self) -> bool:
        return shutil.which(self.command[0]) is not None

    def version(self) -> str:
        """The first line that `--version` prints, or `unknown`."""
        try:
            run = subprocess.run(
                [self.command[0], "--version"], stdin=subprocess.DEVNULL,
                capture_output=True, text=True, timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            return "unknown"
        lines = run.stdout.split("\n")
        return next((line for line in lines if line.strip()), "unknown")


CAT = Contender("cat", ("cat",))

RG = Contender(
    "rg",
    ("rg", "--no-config", "--passthru", "-N", "--color", "never",
     "-r", MASK, SHAPE, "-"),
    good_exits=(0, 1))  # 1: nothing found
SED = Contender("sed -E", ("sed", "-E", f"s|{SHAPE}|{MASK}|g"))
PERL = Contender("perl -pe", ("perl", "-pe", f"s|{SHAPE}|{MASK}|g"))

PEERS = (RG, SED, PERL)


def program(path: Path) -> Contender:
    return Contender("cflt-redact", (str(path),))
