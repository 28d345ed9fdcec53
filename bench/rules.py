"""Published rules for Confluent's secrets, on the same placements.

A rule is run on each placement by itself, and its finding is replaced, as by
`sed`; what a reader still gets is leaked. Where a tool decodes before it looks,
its rule is also run on what `decoded()` makes of the placement, and is said to
have found the secret where a match holds the whole of it. That is a stand-in for
the tools' decoders, and kinder than they are: it tries all of them, twice.

The rules were read on 2026-11-28 in stored copies of the repositories that
docs/compare.md names. They are expressions of RE2, Rust or Python; for the syntax
used, Python's `re` on bytes means the same.
"""

import base64
import collections
import html
import json
import math
import re
import shutil
import subprocess
import tempfile
import urllib.parse
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from contenders import SHAPE
from placements import Placement
from processes import BenchError

LAYERS = 2
GITLEAKS_SECONDS = 600


@dataclass(frozen=True)
class Rule:
    name: str
    about: str
    expressions: tuple[re.Pattern, ...]  # the last group is the finding
    accepts: Callable[[bytes], bool] = lambda found: True
    decodes: bool = False

    def findings(self, data: bytes) -> Iterator[tuple[int, int]]:
        for expression in self.expressions:
            for match in expression.finditer(data):
                group = expression.groups and 1
                if self.accepts(match[group]):
                    yield match.span(group)

    def finds(self, placement: Placement, texts: list[bytes]) -> bool:
        """In the placement, or in `texts`, which are it decoded."""
        if not placement.is_readable(self.redacted(placement.data)):
            return True
        return self.decodes and any(
            placement.secret in text[begin:end]
            for text in texts for begin, end in self.findings(text))

    def redacted(self, data: bytes) -> bytes:
        for begin, end in sorted(self.findings(data), reverse=True):
            data = data[:begin] + b"****" + data[end:]
        return data

    def count(self, data: bytes) -> int:
        """Its matches in the text as it is."""
        return sum(1 for _ in self.findings(data))


def decoded(data: bytes, layers: int = LAYERS) -> Iterator[bytes]:
    """The text by each decoder, and by a second one again."""
    for text in {data.replace(b"\0", b""), *unescaped(data),
                 *from_base64(data), *from_hex(data)} - {data}:
        yield text
        if layers > 1:
            yield from decoded(text, layers - 1)


def unescaped(data: bytes) -> Iterator[bytes]:
    yield urllib.parse.unquote_to_bytes(data)
    yield html.unescape(data.decode("latin-1")).encode("latin-1", "replace")
    yield re.sub(rb"\\+u00([0-9A-Fa-f]{2})",
                 lambda escape: bytes.fromhex(escape[1].decode()), data)


def from_base64(data: bytes) -> Iterator[bytes]:
    for run in re.findall(rb"[A-Za-z0-9+/_-]{20,}={0,2}", data):
        text = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        text = text[:len(text) - (len(text) % 4 == 1)]
        yield base64.b64decode(text + b"=" * (-len(text) % 4))


def from_hex(data: bytes) -> Iterator[bytes]:
    for run in re.findall(rb"(?:[0-9A-Fa-f]{2}){16,}", data):
        yield bytes.fromhex(run.decode())


def has_checksum(found: bytes) -> bool:
    crc = zlib.crc32(found[4:58]).to_bytes(4, "little")
    return base64.b64encode(crc)[:6] == found[58:]


def entropy(text: bytes) -> float:
    counts = collections.Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


GITLEAKS = (rb"(?i)[\w.-]{0,50}?(?:confluent)(?:[ \t\w.-]{0,20})"
            rb"[\s'\"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'\"\s=]{0,5}"
            rb"([a-z0-9]{64})(?:[\x60'\"\s;]|\\[nr]|$)")
KINGFISHER_NEAR = (rb"(?i)(?:confluent|ccloud|cpdev|kafka)(?:.|[\n\r]){0,32}?"
                   rb"(?:SECRET|PRIVATE|ACCESS|KEY|TOKEN)(?:.|[\n\r]){0,32}?"
                   rb"\b([A-Z0-9+/]{64})")
KINGFISHER_PREFIX = rb"(?i)\b(cflt[A-Za-z0-9+/]{54}[A-Za-z0-9+/]{6})"
QUOTED = rb"(?<=[\"'])[A-Za-z0-9+/\-_=]+(?=[\"'])"


def is_random(found: bytes) -> bool:
    limit = 3.0 if re.fullmatch(rb"[0-9A-Fa-f]+", found) else 4.5
    return entropy(found) > limit


RULES = (
    Rule("expression", f"`{SHAPE}`, as for sed, rg, Vector or rsyslog",
         (re.compile(SHAPE.encode()),)),
    Rule("TruffleHog", r"`\b(cflt[A-Za-z0-9+/]{60})\b`",
         (re.compile(rb"\b(cflt[A-Za-z0-9+/]{60})\b"),)),
    Rule("TruffleHog, decoded", "the same, behind decoders",
         (re.compile(rb"\b(cflt[A-Za-z0-9+/]{60})\b"),), decodes=True),
    Rule("gitleaks, decoded",
         "`confluent-secret-key`: 64 letters and digits near `confluent`",
         (re.compile(GITLEAKS),), decodes=True),
    Rule("Kingfisher, decoded",
         "`kingfisher.confluent.2`, and `.3` with the checksum",
         (re.compile(KINGFISHER_NEAR), re.compile(KINGFISHER_PREFIX)),
         lambda found: not found.lower().startswith(b"cflt")
         or has_checksum(found), decodes=True),
    Rule("detect-secrets", "entropy over 4.5 (hex: 3) between quotes",
         (re.compile(QUOTED),), is_random),
)


def gitleaks_findings(files: dict[str, bytes]) -> dict[str, list[bytes]]:
    """What the program itself reports in each file, by all of its rules."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, report = Path(scratch) / "files", Path(scratch) / "report"
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        run_gitleaks(folder, report)
        reported = json.loads(report.read_bytes() or b"[]")
    found = collections.defaultdict(list)
    for finding in reported:
        found[Path(finding["File"]).name].append(finding["Secret"].encode())
    return found


def run_gitleaks(folder: Path, report: Path) -> None:
    done = subprocess.run(
        ["gitleaks", "dir", "--no-banner", "--max-decode-depth", "5",
         "--report-format", "json", "--report-path", str(report),
         "--exit-code", "0", str(folder)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, timeout=GITLEAKS_SECONDS)
    if done.returncode != 0 or not report.exists():
        raise BenchError(f"gitleaks ended with {done.returncode}")


def has_gitleaks() -> bool:
    return shutil.which("gitleaks") is not None


def gitleaks_finds(placement: Placement, findings: list[bytes]) -> bool:
    data = placement.data
    for found in findings:
        data = data.replace(found, b"****")
    return not placement.is_readable(data) or any(
        placement.secret in found for found in findings)
