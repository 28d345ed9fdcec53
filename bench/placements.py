"""Placements: a secret, written in a form, at a place in a piece of a log.

All follows from a seed. The secrets are fake, valid by their checksum, and made
at run time; none is stored.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import corpus
from writings import KEY, Spot, Spots, Writing, all_writings

Context = Callable[[bytes, Random], bytes]
BATCH = 500  # placements in one run of the program
MARK = re.compile(rb"\n\x01\xfe<\d{5}>\xfe\x01\n")


def jaas(written: bytes, _: Random) -> bytes:
    return (b"INFO ProducerConfig values: sasl.jaas.config = org.apache.kafka."
            b"common.security.plain.PlainLoginModule required username=\""
            + KEY + b'" password="' + written + b'";\n')


def json_value(written: bytes, _: Random) -> bytes:
    return (b'{"level":"debug","msg":"loaded","confluent_api_secret":"'
            + written + b'","retries":3}\n')


def json_in_json(written: bytes, _: Random) -> bytes:
    return (b'{"log":"{\\"cluster\\":\\"lkc-7\\",\\"secret\\":\\"' + written
            + b'\\"}\\n","stream":"stdout"}\n')


def yaml(written: bytes, _: Random) -> bytes:
    return (b"apiVersion: v1\nkind: Secret\ndata:\n  confluent-secret: "
            + written + b"\n  other: x\n")


def userinfo(written: bytes, _: Random) -> bytes:
    return (b"WARN rest.Client: GET https://" + KEY + b":" + written
            + b"@psrc-1.example.com/subjects failed with 401\n")


def shell(written: bytes, _: Random) -> bytes:
    return b"+ export 'CONFLUENT_API_SECRET=" + written + b"'\n"


def header(written: bytes, _: Random) -> bytes:
    return b"> Authorization: Basic " + written + b"\r\n> Accept: */*\r\n"


def java_map(written: bytes, _: Random) -> bytes:
    return (b"options {bootstrap=b-1.confluent.cloud:9092, user=" + KEY
            + b", password=" + written + b", retries=3}\n")


def environment(written: bytes, _: Random) -> bytes:
    return (b"HOME=/srv/app\nCONFLUENT_CLOUD_API_KEY=" + KEY
            + b"\nCONFLUENT_CLOUD_API_SECRET=" + written
            + b"\nLANG=C.UTF-8\n")


def stack_trace(written: bytes, _: Random) -> bytes:
    return (b"java.lang.IllegalArgumentException: bad value: " + written
            + b"\n\tat org.example.Main.run(Main.java:17)\n")


def glued(written: bytes, rng: Random) -> bytes:
    """Behind what leaves no boundary of a word in front of the secret."""
    before = rng.choice((b"%3A", rb"\n", rb"\u003d", b"\x1b[31m", b"_", b"Z"))
    return b"secret" + before + written + b"\n"


def bare(written: bytes, rng: Random) -> bytes:
    return written + rng.choice((b"", b"\n"))


CONTEXTS = {
    "JAAS": jaas, "JSON": json_value, "JSON in JSON": json_in_json,
    "YAML": yaml, "URL userinfo": userinfo, "shell -x": shell,
    "header": header, "Java map": java_map, "environment": environment,
    "stack trace": stack_trace, "glued": glued, "bare": bare}


@dataclass(frozen=True)
class Placement:
    writing: Writing
    context: str
    position: str
    secret: bytes
    data: bytes

    def name(self) -> str:
        return f"{self.writing.name()} | {self.context} | {self.position}"

    def is_readable(self, output: bytes) -> bool:
        """Whether a reader of the form still gets the whole secret."""
        return self.secret in self.writing.read(output)


def secret_for(writing: Writing, rng: Random) -> bytes:
    while True:
        secret = corpus.secret(rng)
        if not writing.needs_both or (
                "+" in secret and "/" in secret and secret.count("+") < 8
                and secret[-1] in "gw"):  # then base64 can have a / of its own
            return secret.encode()


def even_spots(rng: Random) -> Spots:
    """Columns 40 to 100 and what is left of a line, spread evenly and not by
    chance (Roberts' sequence R2): few placements then say as much as many."""
    one, other = rng.random(), rng.random()
    while True:
        column = 40 + int(one * 61)
        yield Spot(column, 1 + int(other * column))
        one = (one + 0.7548776662466927) % 1
        other = (other + 0.5698402909980532) % 1


def place(writing: Writing, context: str, spots: Spots, rng: Random,
          ) -> Placement:
    secret = secret_for(writing, rng)
    written = writing.write(secret, rng)
    before = b"" if context == "bare" else (
        b"x" * rng.randint(0, 120) + b" ")
    text = before + CONTEXTS[context](written, rng)
    wrapped = writing.wrap(text, written, spots)
    return Placement(writing, context,
                     wrapped.position or f"byte {text.index(written)}",
                     secret, wrapped.data)


def placements(count: int, seed: int) -> Iterator[Placement]:
    """Each writing as often as its weight says, in every context in turn."""
    rng = Random(seed)
    contexts = list(CONTEXTS)
    writings = [writing for writing in all_writings()
                for _ in range(writing.weight)]
    spots = {writing.name(): even_spots(rng) for writing in writings}
    for number in range(count):
        turn, at = divmod(number, len(writings))
        writing = writings[at]
        context = contexts[(at + turn) % len(contexts)]
        made = place(writing, context, spots[writing.name()], rng)
        if not made.is_readable(made.data):
            raise AssertionError(f"its own reader fails: {made.name()}")
        yield made


class MarksLost(Exception):
    """The program changed what stands between the placements."""


def mark(number: int) -> bytes:
    """What ends any candidate, and is none."""
    return b"\n\x01\xfe<%05d>\xfe\x01\n" % number


def outputs(made: list[Placement], redact: Callable[[bytes], bytes],
            ) -> Iterator[bytes]:
    """What becomes of each placement; many share one run of `redact`."""
    for first in range(0, len(made), BATCH):
        batch = made[first:first + BATCH]
        pieces = MARK.split(redact(b"".join(
            mark(number) + placement.data
            for number, placement in enumerate(batch))))
        if len(pieces) != len(batch) + 1 or pieces[0]:
            raise MarksLost(MarksLost.__doc__)
        yield from pieces[1:]
