"""What bench/serve sends: log lines with three densities of hits.

Made at run time from the seed of corpus.py. What must come out is known, and
is the same with a plain regular expression as with cflt-redact: no line holds
the shape of a secret without being one.
"""

import base64
import functools
import itertools
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

import corpus
import worst
from contenders import MASK, SHAPE

HEADER = b"<13>1 2025-10-09T08:53:20.130Z broker-1 app 4711 - - "
DATAGRAM_BYTES = 200
ADVERSARIAL_LINE_BYTES = 160

Lines = list[bytes]  # without their newlines


@functools.cache
def plain_lines(size: int) -> Lines:
    """No secret."""
    return corpus.text(size).splitlines()


@functools.cache
def sparse_lines(size: int) -> Lines:
    """A secret in every 1000th line."""
    return b"".join(corpus.log_pieces(size)).splitlines()


@functools.cache
def adversarial_lines(size: int) -> Lines:
    """The worst input known (bench/filter --only worst): no secret in it."""
    rng = random.Random(corpus.SEED)
    unit = base64.b64encode(worst.eights(rng))
    lines = [unit[at:at + ADVERSARIAL_LINE_BYTES]
             for at in range(0, len(unit), ADVERSARIAL_LINE_BYTES)]
    count = size // (ADVERSARIAL_LINE_BYTES + 1) + 1
    return list(itertools.islice(itertools.cycle(lines), count))


DENSITIES: dict[str, Callable[[int], Lines]] = {
    "no secret": plain_lines,
    "1 in 1000": sparse_lines,
    "adversarial": adversarial_lines,
}


def masked(line: bytes) -> bytes:
    return re.sub(SHAPE.encode(), MASK.encode(), line)


def framed(lines: Lines, framing: str) -> bytes:
    """As a TCP stream carries them: `newline` or `octet_counting`."""
    if framing == "newline":
        return b"\n".join(lines) + b"\n"
    return b"".join(b"%d %s" % (len(line), line) for line in lines)


def unframed(stream: bytes, framing: str) -> Lines:
    """The opposite of `framed`."""
    if framing == "newline":
        return stream.split(b"\n")[:-1]
    lines = []
    at = 0
    while at < len(stream):
        space = stream.index(b" ", at)
        end = space + 1 + int(stream[at:space])
        lines.append(stream[space + 1:end])
        at = end
    return lines


@dataclass(frozen=True)
class Input:
    """What is sent, over and over, and what must come out for one copy."""

    density: str
    framing: str
    lines: Lines
    sent: bytes
    expected: bytes


def make_input(density: str, framing: str, size: int, syslog: bool) -> Input:
    """About `size` bytes; the same framing in and out."""
    header = HEADER if syslog else b""
    lines = [header + line for line in DENSITIES[density](size)]
    expected = framed([masked(line) for line in lines], framing)
    return Input(density, framing, lines, framed(lines, framing), expected)


def make_datagrams(density: str, count: int) -> Input:
    """Syslog messages of 200 bytes; a secret stays whole."""
    lines = []
    for line in itertools.islice(DENSITIES[density](count << 9), count):
        secret = re.search(SHAPE.encode(), line)
        text = HEADER + (b"key=%s " % secret[0] if secret else b"") + line
        lines.append(text[:DATAGRAM_BYTES].ljust(DATAGRAM_BYTES, b"x"))
    expected = framed([masked(line) for line in lines], "newline")
    return Input(density, "newline", lines, framed(lines, "newline"), expected)
