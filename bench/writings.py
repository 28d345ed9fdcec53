"""The written forms of docs/language.md: how each is written, and how it is read.

A `Writing` is a row of that page's table in one variant. `write` writes the
secret, `wrap` then the whole text around it (line breaks, UTF-16). `read` is a
reader of that form who knows nothing of masks: what it returns holds the secret
if the bytes still do.
"""

import base64
import html
import re
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

KEY = b"A1B2C3D4E5F6G7H8"
COLORS = re.compile(rb"\x1b\[[0-9;:]*[mK]")
Write = Callable[[bytes, Random], bytes]
Read = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Spot:
    """Where a line is broken: at a column, and what stands in front of the
    secret leaves so much of it, from 1 to all, in the secret's first line."""

    column: int
    left: int


@dataclass(frozen=True)
class Wrapped:
    data: bytes
    position: str = ""  # where it was broken


Spots = Iterator[Spot]
Wrap = Callable[[bytes, bytes, Spots], Wrapped]  # text, the secret in it


def unwrapped(text: bytes, _: bytes, __: Spots) -> Wrapped:
    return Wrapped(text)


@dataclass(frozen=True)
class Writing:
    row: str
    variant: str
    write: Write
    read: Read
    wrap: Wrap = unwrapped
    weight: int = 1
    needs_both: bool = False  # a + and a /, without which it would be plain

    def name(self) -> str:
        return f"{self.row}: {self.variant}"


# Text -----------------------------------------------------------------------


def as_is(secret: bytes, _: Random) -> bytes:
    return secret


def bytes_of(data: bytes) -> bytes:
    return data


def spelled(plus: bytes, slash: bytes) -> Write:
    def write(secret: bytes, _: Random) -> bytes:
        return secret.replace(b"+", b"\0").replace(b"/", slash).replace(
            b"\0", plus)
    return write


def unescaped(data: bytes) -> bytes:
    """What readers of JSON, JavaScript, URLs and HTML make of it, in turn."""
    data = re.sub(rb"\\(?:x5[cC]|u005[cC])", rb"\\", data)
    for digit, symbol in (b"bB", b"+"), (b"fF", b"/"):
        data = re.sub(rb"\\+(?:u00|x)2[" + digit + rb"]", symbol, data)
    data = re.sub(rb"\\+([/+])", rb"\1", data)
    for _ in range(3):
        data = urllib.parse.unquote_to_bytes(data)
    text = data.decode("latin-1")
    return html.unescape(html.unescape(text)).encode("latin-1", "replace")


def from_urlsafe(data: bytes) -> bytes:
    return data.translate(bytes.maketrans(b"-_", b"+/"))


TEXT = {
    "json": {
        r"\/": (b"+", rb"\/"), r"\\/": (b"+", rb"\\/"),
        r"\\\\/": (b"+", rb"\\\\/"), r"\+ \/": (rb"\+", rb"\/"),
        r"\x5C/": (b"+", rb"\x5C/")},
    "unicode": {
        r"\u002b": (rb"\u002b", rb"\u002f"),
        r"\u002B": (rb"\u002B", rb"\u002F"), r"\x2b": (rb"\x2b", rb"\x2F"),
        r"\\u002b": (rb"\\u002b", rb"\\u002F")},
    "percent": {
        "%2B": (b"%2B", b"%2F"), "%2b": (b"%2b", b"%2f"),
        "%252B": (b"%252B", b"%252F"), "%25252B": (b"%25252B", b"%25252F")},
    "html": {
        "&#43;": (b"&#43;", b"&#47;"), "&#x2b;": (b"&#x2b;", b"&#x2F;"),
        "&#X2B;": (b"&#X2B;", b"&#X02F;"), "&#043;": (b"&#043;", b"&#0047;"),
        "&plus;": (b"&plus;", b"&sol;"),
        "&amp;#43;": (b"&amp;#43;", b"&amp;#x2F;"),
        "&amp;plus;": (b"&amp;plus;", b"&amp;sol;")},
}
SPELLINGS = [pair for variants in TEXT.values() for pair in variants.values()]


def mixed(secret: bytes, rng: Random) -> bytes:
    """Each + and / in a way of its own."""
    return re.sub(rb"[+/]", lambda symbol: rng.choice(SPELLINGS)[
        symbol[0] == b"/"], secret)


def colored(count: int) -> Write:
    def write(secret: bytes, rng: Random) -> bytes:
        places = sorted(rng.sample(range(4, len(secret)), count))
        pieces = [secret[start:end] for start, end in
                  zip([0, *places], [*places, len(secret)])]
        return b"".join(piece + rng.choice(
            (b"\x1b[m\x1b[K", b"\x1b[01;31m\x1b[K", b"\x1b[0m",
             b"\x1b[38:5:9m")) for piece in pieces)
    return write


def without_colors(data: bytes) -> bytes:
    return COLORS.sub(b"", data)


# Base64, hex, numbers -------------------------------------------------------


def in_base64(before: bytes, after: bytes, inner: Write = as_is) -> Write:
    def write(secret: bytes, rng: Random) -> bytes:
        return base64.b64encode(before + inner(secret, rng) + after)
    return write


def then(write: Write, plus: bytes, slash: bytes) -> Write:
    """The base64's own + and / spelled otherwise, and its padding left out."""
    def both(secret: bytes, rng: Random) -> bytes:
        return spelled(plus, slash)(write(secret, rng), rng).rstrip(b"=")
    return both


def from_base64(data: bytes) -> bytes:
    """All that its runs of base64 decode to, from each possible start."""
    decoded = []
    for run in re.findall(rb"[A-Za-z0-9+/]{16,}", from_urlsafe(data)):
        for start in range(4):
            text = run[start:]
            text = text[:len(text) - (len(text) % 4 == 1)]
            decoded.append(base64.b64decode(text + b"=" * (-len(text) % 4)))
    return b"\n".join(decoded)


def from_escaped_base64(data: bytes) -> bytes:
    decoded = from_base64(unescaped(data))
    return decoded + from_urlsafe(decoded) + unescaped(decoded)


def hex_of(inner: Write = as_is, upper: bool = False, before: bytes = b"",
           ) -> Write:
    def write(secret: bytes, rng: Random) -> bytes:
        digits = (before + inner(secret, rng)).hex()
        return (digits.upper() if upper else digits).encode()
    return write


def from_hex(data: bytes) -> bytes:
    decoded = []
    for run in re.findall(rb"[0-9A-Fa-f]{16,}", data):
        for digits in run, run[1:]:
            digits = digits[:len(digits) & ~1]
            decoded.append(bytes.fromhex(digits.decode()))
    return unescaped(b"\n".join(decoded))


def numbers(form: str, separator: str, row: int = 0, inner: Write = as_is,
            ends: tuple[str, str] = ("<", ">")) -> Write:
    """A list; with a `row`, so many numbers a line."""
    def write(secret: bytes, rng: Random) -> bytes:
        text = ends[0]
        for at, value in enumerate(inner(secret, rng)):
            if at:
                text += separator.rstrip(" ") + "\n  " if (
                    row and at % row == 0) else separator
            text += form.format(value)
        return (text + ends[1]).encode()
    return write


def from_decimals(data: bytes) -> bytes:
    values = map(int, re.findall(rb"\d{1,9}", data))
    return unescaped(bytes(value for value in values if value < 256))


def from_hexes(data: bytes) -> bytes:
    pairs = re.findall(rb"(?:(?<![0-9A-Za-z])|(?<=0[xX])|(?<=\\x))"
                       rb"([0-9A-Fa-f]{2})(?![0-9A-Fa-f])", data)
    return unescaped(bytes.fromhex(b"".join(pairs).decode()))


# The whole text -------------------------------------------------------------


def utf16(codec: str) -> Wrap:
    def wrap(text: bytes, _: bytes, __: Spots) -> Wrapped:
        return Wrapped(text.decode("latin-1").encode(codec))
    return wrap


def from_utf16(codec: str, read: Read = unescaped) -> Read:
    def both(data: bytes) -> bytes:
        text = "\n".join(part.decode(codec, "replace")
                         for part in (data, data[1:]))
        return read(text.encode("latin-1", "replace"))
    return both


def broken(end: bytes, outer: Wrap = unwrapped) -> Wrap:
    """At the first spot that breaks the secret."""
    def wrap(text: bytes, secret: bytes, spots: Spots) -> Wrapped:
        column, behind = next((spot.column, spot.left) for spot in spots
                              if spot.left < len(secret))
        at = text.index(secret)
        first = (at + behind) % column or column
        breaks = range(first, len(text), column)
        pieces = [text[begin:stop] for begin, stop in
                  zip([0, *breaks], [*breaks, len(text)])]
        return Wrapped(outer(end.join(pieces), secret, spots).data,
                       f"column {column}, broken behind {behind} bytes")
    return wrap


def seam(prefix: bytes, indentation: int) -> Wrap:
    """A literal of Python or C that goes on in the next line."""
    def wrap(text: bytes, secret: bytes, spots: Spots) -> Wrapped:
        quote = b'"' if b"'" in text else b"'"
        between = quote + b"\n" + b" " * indentation + prefix + quote
        return broken(between)(text, secret, spots)
    return wrap


def joined(pattern: bytes, read: Read = bytes_of) -> Read:
    return lambda data: read(re.sub(pattern, b"", data))


BREAKS = {
    "LF": (broken(b"\n"), rb"\n"), "CRLF": (broken(b"\r\n"), rb"\r\n"),
    "CR": (broken(b"\r"), rb"\r"), r"\n": (broken(rb"\n"), rb"\\n"),
    r"\r\n": (broken(rb"\r\n"), rb"\\r\\n"),
    "= LF": (broken(b"=\n"), rb"=\n"), "space CR": (broken(b" \r"), rb" \r"),
    "spaces LF spaces": (broken(b"    \n" + b" " * 29), rb" *\n *"),
    "CRLF tab": (broken(b"\r\n\t"), rb"\r\n\t"),
    "seam of bytes": (seam(b"b", 24), rb"""(['"])\n *b?\1"""),
    "seam of text": (seam(b"", 4), rb"""(['"])\n *\1"""),
}
PAIR = in_base64(KEY + b":", b"")
EMOJI = "\U0001f511".encode()


def text_writings() -> list[Writing]:
    made = [Writing("plain", "plain", as_is, bytes_of, weight=4),
            Writing("urlsafe", "- _", spelled(b"-", b"_"), from_urlsafe,
                    weight=2, needs_both=True),
            Writing("form", "space", spelled(b" ", b"/"),
                    lambda data: data.replace(b" ", b"+"), weight=2,
                    needs_both=True),
            Writing("mixed", "each in its own way", mixed, unescaped,
                    weight=2, needs_both=True)]
    made += [Writing(row, name, spelled(*pair), unescaped, needs_both=True)
             for row, variants in TEXT.items()
             for name, pair in variants.items()]
    return made + [Writing("color", f"{count} places", colored(count),
                           without_colors) for count in (1, 2, 5)]


def wrapped_writings() -> list[Writing]:
    made = [Writing("wrapped", f"text, {name}", as_is,
                    joined(pattern), wrap, weight=4)
            for name, (wrap, pattern) in BREAKS.items()]
    made += [Writing("wrapped", f"base64 {of}, {name}", write,
                     joined(BREAKS[name][1], from_base64), BREAKS[name][0],
                     weight=2)
             for name in ("LF", "CRLF", r"\n", "= LF", "spaces LF spaces")
             for of, write in (("of KEY:SECRET", PAIR),
                               ("alone", in_base64(b"", b"")),
                               ("of {SECRET}", in_base64(b"{", b"}\n")))]
    made += [Writing("wrapped", f"hex, {name}", hex_of(upper=upper),
                     joined(BREAKS[name][1], from_hex), BREAKS[name][0],
                     weight=2)
             for name, upper in (("LF", False), ("CRLF", True),
                                 (r"\n", False))]
    return made + [Writing("wrapped", f"text in {codec}, LF", as_is,
                           from_utf16(codec, joined(rb"\n")),
                           broken(b"\n", utf16(codec)), weight=2)
                   for codec in ("utf-16-le", "utf-16-be")]


def encoded_writings() -> list[Writing]:
    around = {"alone": (b"", b""), "alone, LF": (b"", b"\n"),
              "offset 1": (b"{", b"}"), "offset 2": (b"k=", b" "),
              "of KEY:SECRET": (KEY + b":", b""),
              "of JSON": (b'{"secret":"', b'"}')}
    made = [Writing("base64", name, in_base64(*ends), from_base64, weight=2)
            for name, ends in around.items()]
    own = in_base64(b"", EMOJI)
    made += [Writing("base64-escaped", f"its own symbols, {name}",
                     then(own, *pair), from_escaped_base64, needs_both=True)
             for name, pair in {
                 "base64url": (b"-", b"_"), r"\/": (b"+", rb"\/"),
                 r"\u002f": (rb"\u002b", rb"\u002f"), "%2F": (b"%2B", b"%2F"),
                 "&#x2F;": (b"&#x2B;", b"&#x2F;")}.items()]
    made += [Writing("base64-escaped", f"of text with {name}",
                     in_base64(*ends, spelled(*pair)), from_escaped_base64,
                     needs_both=True)
             for name, pair in {
                 r"\/": (b"+", rb"\/"), r"\u002b": (rb"\u002b", rb"\u002F"),
                 "%2B": (b"%2B", b"%2F"), "&#43;": (b"&#43;", b"&#x2F;"),
                 "- _": (b"-", b"_")}.items()
             for ends in ((b'{"k":"', b'"}'), (b"k:", b"\n"))]
    made += [Writing("hex", name, write, from_hex, needs_both=True, weight=2)
             for name, write in {
                 "lower case": hex_of(), "upper case": hex_of(upper=True),
                 "within text": hex_of(before=b"password="),
                 r"of text with \/": hex_of(spelled(b"+", rb"\/")),
                 "of text with %2B": hex_of(spelled(b"%2B", b"%2F")),
             }.items()]
    for codec in "utf-16-le", "utf-16-be":
        made += [Writing("utf16", f"{codec}, {name}", write,
                         from_utf16(codec, read), utf16(codec),
                         needs_both=True)
                 for name, write, read in (
                     ("plain", as_is, unescaped),
                     ("percent", spelled(b"%2B", b"%2F"), unescaped),
                     ("JSON", spelled(rb"\u002B", rb"\/"), unescaped),
                     ("HTML", spelled(b"&#43;", b"&sol;"), unescaped),
                     ("colours", colored(2), without_colors),
                     ("base64", PAIR, from_base64))]
    return made


def number_writings() -> list[Writing]:
    square, curly = ("[", "]"), ("{", "}")
    decimals = {
        ",": numbers("{}", ",", ends=square),
        ", ": numbers("{}", ", ", ends=square),
        "space": numbers("{}", " ", ends=square),
        ";": numbers("{}", ";", ends=square),
        "; ": numbers("{}", "; ", ends=square),
        "LF": numbers("{}", "\n", ends=("\n", "\n")),
        ", LF spaces": numbers("{}", ",\n    ", ends=("[\n    ", "\n]")),
        ", CRLF": numbers("{}", ",\r\n", ends=square),
        "od": numbers("{:3}", " ", row=16),
        "JSON, rows of 20": numbers("{}", ", ", row=20, ends=square),
        r"of text with \/": numbers(
            "{}", ",", inner=spelled(b"+", rb"\/"), ends=square),
        "of text with %2B": numbers(
            "{}", ", ", inner=spelled(b"%2B", b"%2F"), ends=square)}
    hexes = {
        "66 6c": numbers("{:02x}", " "), "66 6C": numbers("{:02X}", " "),
        "66-6C": numbers("{:02X}", "-"), "66:6c": numbers("{:02x}", ":"),
        "66,6c": numbers("{:02x}", ","), "66, 6c": numbers("{:02x}", ", "),
        "66 LF": numbers("{:02x}", "\n ", ends=("\n ", "\n")),
        "od": numbers("{:02x}", " ", row=16, ends=("\n ", "\n")),
        "0x66,0x6c": numbers("0x{:02x}", ",", ends=curly),
        "0x66, 0x6c": numbers("0x{:02x}", ", ", ends=curly),
        "0x66 0x6c": numbers("0x{:02x}", " "),
        "0x66, 0x6C": numbers("0x{:02X}", ", ", ends=curly),
        "0X66, 0X6C": numbers("0X{:02X}", ", ", ends=curly),
        "xxd -i": numbers("0x{:02x}", ", ", row=12, ends=curly),
        r"\x66\x6c": numbers(r"\x{:02x}", "")}
    return [Writing("numbers", f"{base}, {name}", write, read,
                    needs_both=True)
            for base, lists, read in (("decimal", decimals, from_decimals),
                                      ("hex", hexes, from_hexes))
            for name, write in lists.items()]


def all_writings() -> list[Writing]:
    return (text_writings() + wrapped_writings() + encoded_writings()
            + number_writings())
