"""Nothing is timed before the outputs agree."""

import hashlib
from pathlib import Path

from contenders import CAT, Contender
from processes import BenchError, first_difference, output_sha256
from worst import WorstInput


class Mismatch(BenchError):
    """Two outputs differ that should not."""

    exit_code = 1


def check_log(program: Contender, peers: list[Contender], path: Path) -> str:
    """Compares all outputs; returns the SHA-256 of the redacted log.

    Reads the file several times, so it also warms the page cache.
    """
    with open(path, "rb") as file:
        untouched = hashlib.file_digest(file, "sha256").hexdigest()
    if output_sha256(CAT, path) != untouched:
        raise Mismatch(f"cat does not copy {path.name}")
    redacted = output_sha256(program, path)
    for peer in peers:
        if output_sha256(peer, path) != redacted:
            raise Mismatch(difference(program, peer, path))
    return redacted


def difference(program: Contender, peer: Contender, path: Path) -> str:
    """Where two outputs part, and never what is there: it may be a secret."""
    offset = first_difference(program, peer, path)
    return (f"{program.name} and {peer.name} disagree on {path.name}: "
            f"their outputs differ from byte {offset} on; nothing was timed")


def check_worst(program: Contender, worst: WorstInput, path: Path,
                size: int) -> None:
    """Compares the output with what is known to be right."""
    if output_sha256(program, path) != worst.masked_sha256(size):
        raise Mismatch(f"{program.name} does not make of the worst input "
                       f"'{worst.name}' ({size} bytes) what it should")
