"""The worst inputs anyone could think of, and how each must come out.

An input is one unit over and over. All but `secrets` leave as they came: they
are made of anchors that reach as far as an anchor can, and fail.
"""

import base64
import functools
import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import corpus
from contenders import MASK

BLOCK_BYTES = 1 << 20
DISTINCT_BYTES = 1 << 18  # of a unit that is made at random, about
LINE_BYTES = corpus.SECRET_LENGTH + 1
WINDOW_BYTES = 512  # behind an anchor in bytes; docs/language.md, section 2
LIST = b"99,102,108,116,"  # cflt


@dataclass(frozen=True)
class WorstInput:
    name: str
    unit: bytes
    masked_unit: bytes  # what cflt-redact makes of one unit

    def write(self, path: Path, size: int) -> int:
        """Writes whole units, at most `size` bytes; returns how many bytes."""
        with open(path, "wb") as file:
            file.writelines(repeated(self.unit, self.unit_count(size)))
        return path.stat().st_size

    def masked_sha256(self, size: int) -> str:
        """The SHA-256 of what must come out for the file of `size` bytes."""
        digest = hashlib.sha256()
        for piece in repeated(self.masked_unit, self.unit_count(size)):
            digest.update(piece)
        return digest.hexdigest()

    def head(self, size: int) -> bytes:
        """The first `size` bytes."""
        return (self.unit * (size // len(self.unit) + 1))[:size]

    def unit_count(self, size: int) -> int:
        return max(1, size // len(self.unit))


def repeated(unit: bytes, count: int) -> Iterator[bytes]:
    """`unit`, `count` times, in pieces of about `BLOCK_BYTES`."""
    per_block = max(1, BLOCK_BYTES // len(unit))
    blocks, rest = divmod(count, per_block)
    block = unit * per_block
    for _ in range(blocks):
        yield block
    yield unit * rest


@functools.cache
def worst_inputs() -> tuple[WorstInput, ...]:
    """All of them, the same ones in every run."""
    rng = random.Random(corpus.SEED)
    late_failures = eights(rng)
    return (
        unchanged("cflt", b"cflt"),
        unchanged("cflt???A", late_failures),
        unchanged("near misses", near_misses(rng)),
        secrets(rng),
        unchanged("json escapes", rb"cflt\/"),
        unchanged("unicode escapes", rb"cflt\u002b"),
        unchanged("a window of escapes", b"cflt" + rb"\u002b" * 84),
        unchanged("mixed escapes",
                  rb"cflt\/cflt%2Bcflt&#43;cflt\x2bcflt cflt-cflt\\\u002F"),
        unchanged("backslashes", b"cflt" + b"\\" * (WINDOW_BYTES + 1)),
        unchanged("colours", b"cflt\x1b[m\x1b[K"),
        unchanged("base64 anchors", b"Y2ZsdCGNmbHQBjZmx0"),
        unchanged("base64 of cflt", b"Y2ZsdGNmbHRjZmx0"),
        unchanged("base64 of cflt???A", base64.b64encode(late_failures)),
        unchanged("hex", b"63666c74"),
        unchanged("hex of cflt???A", late_failures.hex().encode()),
        unchanged("utf-16", wide(b"cflt")),
        unchanged("utf-16 of base64 of cflt", wide(b"Y2ZsdGNmbHRjZmx0")),
        unchanged("utf-16 of escapes", wide(rb"cflt\u002bcflt%2Bcflt&#43;")),
        unchanged("a list of cflt", LIST),
        unchanged("a list of cflt???A", numbers(late_failures)),
        unchanged("a list, a number a line", LIST.replace(b",", b",\n    ")),
        unchanged("a list in hex", b"63 66 6c 74 "),
        unchanged("the middle of a list", b"102,108,"),
        unchanged("a line end behind each symbol", b"c\nf\nl\nt\ncflt0\n"),
        unchanged("line ends", b"cflt0\n"),
        unchanged("padding and line ends", b"cflt0  \r\n"),
        unchanged("seams", b"cflt0'\n b'"),
        unchanged("nothing but line ends", b"cflt0" + b"\n" * WINDOW_BYTES),
        unchanged("nothing but spaces", b"cflt0" + b" " * WINDOW_BYTES),
        unchanged("wrapped base64", b"Y2ZsdGNmbHRjZmx0\n"),
        unchanged("base64 of cflt%2B", base64.b64encode(b"cflt%2B" * 3)),
        unchanged("base64 of escapes",
                  base64.b64encode(b"cflt" + rb"\u002b" * 58 + b"x")),
        unchanged("base64 of cflt and an escape",
                  base64.b64encode(b"cflt" + rb"\u002b" + b"xx")),
        unchanged("hex of cflt%2B", b"cflt%2B".hex().encode()),
        unchanged("one endless line", endless_line()),
    )


def unchanged(name: str, unit: bytes) -> WorstInput:
    return WorstInput(name, unit, unit)


def wide(text: bytes) -> bytes:
    """In UTF-16, a byte for a byte."""
    return text.decode("latin-1").encode("utf-16-le")


def numbers(text: bytes) -> bytes:
    """As a list of numbers that can be repeated."""
    return b"".join(b"%d," % byte for byte in text)


def eights(rng: random.Random) -> bytes:
    """Units `cflt???A`: the 64th symbol of each candidate is an `A`.

    A multiple of 3 bytes, so that its base64 can be repeated too.
    """
    count = DISTINCT_BYTES // 24 * 3
    units = ["cflt" + "".join(rng.choices(corpus.SYMBOLS, k=3)) + "A"
             for _ in range(count)]
    return "".join(units).encode()


def near_misses(rng: random.Random) -> bytes:
    """Lines of the shape of a secret, each with the check of another one."""
    made = [corpus.secret(rng) for _ in range(DISTINCT_BYTES // LINE_BYTES)]
    checks = [other[-corpus.CHECK_LENGTH:] for other in made[1:] + made[:1]]
    lines = [one[:-corpus.CHECK_LENGTH] + check + "\n"
             for one, check in zip(made, checks)]
    return "".join(lines).encode()


def secrets(rng: random.Random) -> WorstInput:
    """Lines that are a secret each."""
    count = DISTINCT_BYTES // LINE_BYTES
    lines = "".join(corpus.secret(rng) + "\n" for _ in range(count))
    masks = f"{MASK}\n" * count
    return WorstInput("secrets", lines.encode(), masks.encode())


def endless_line() -> bytes:
    """Ordinary log text without a newline."""
    return corpus.text(DISTINCT_BYTES).replace(b"\n", b" ")
