"""Prints the peak resident memory of a command in KiB.

    python3 -I -S peak_memory.py COMMAND [ARG...] < INPUT

The command reads the INPUT and writes to /dev/null.

Why a process of its own: `exec` keeps the peak of the memory it replaces, so a
command that a big process starts seems as big. This one is small. Its own few
MiB are still the least that can be seen: smaller commands show that much.
"""

import os
import sys


def start(command: list[str]) -> int:
    """Forks (a vfork would share our peak) and returns the process id."""
    child = os.fork()
    if child != 0:
        return child
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execvp(command[0], command)
    finally:
        os._exit(127)


def main() -> int:
    _, status, usage = os.wait4(start(sys.argv[1:]), 0)
    print(usage.ru_maxrss)
    return os.waitstatus_to_exitcode(status) & 255


sys.exit(main())
