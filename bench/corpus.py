"""A real-looking log with a valid secret in every 1000th line.

Lines in the styles of Hadoop, Spark, ZooKeeper, sshd, nginx and of services
that log JSON, mixed. `DISTINCT_BYTES` of them are different, then they repeat;
every secret is a new one. Nothing is taken from a real system, and everything
follows from one seed, so the same size is always the same file.

The secrets are checksum-valid and made at run time: a committed one would trip
push protection everywhere. Apart from them no line holds the word `cflt`, so a
plain regular expression masks the same bytes as cflt-redact does.
"""

import base64
import functools
import hashlib
import itertools
import os
import random
import re
import string
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

SEED = 20250730
DISTINCT_BYTES = 16 << 20
LINES_PER_SECRET = 1000
FIRST_SECOND = 1_760_000_000  # of the log: October 2025

SYMBOLS = string.ascii_letters + string.digits + "+/"
KEY_SYMBOLS = string.ascii_uppercase + string.digits
BODY_LENGTH = 54
CHECK_LENGTH = 6
SECRET_LENGTH = len("cflt") + BODY_LENGTH + CHECK_LENGTH

# A word in <angle brackets> is a method of `Fields`.
PLAIN_TEMPLATES = (
    # Hadoop
    "<comma_time> INFO [IPC Server handler <small> on <port>] org.apache."
    "hadoop.ipc.Server: Auth successful for <application> (auth:SIMPLE)",
    "<comma_time> INFO [main] org.apache.hadoop.mapred.MapTask: (EQUATOR) "
    "<large> kvi <large>(<large>)",
    "<comma_time> WARN [ResponseProcessor for block <block>] org.apache."
    "hadoop.hdfs.DFSClient: Slow ReadProcessor read fields took <large>ms "
    "(threshold=30000ms); targets: [<address>:<port>, <address>:<port>]",
    "<comma_time> INFO dfs.DataNode$DataXceiver: Receiving block <block> src: "
    "/<address>:<port> dest: /<address>:50010",
    "<comma_time> INFO [AsyncDispatcher event handler] org.apache.hadoop."
    "mapreduce.v2.app.job.impl.TaskImpl: <application>_m_<small> Task "
    "Transitioned from SCHEDULED to RUNNING",
    "\tat org.apache.hadoop.ipc.Client$Connection.setupConnection(Client.java:"
    "<small>)",
    # Spark
    "<slash_time> INFO executor.Executor: Finished task <small>.0 in stage "
    "<small>.0 (TID <large>). <large> bytes result sent to driver",
    "<slash_time> INFO storage.BlockManager: Found block rdd_<small>_<small> "
    "locally",
    "<slash_time> INFO storage.MemoryStore: Block broadcast_<small>_piece0 "
    "stored as bytes in memory (estimated size <small>.1 KB, free <small>.5 "
    "KB)",
    "<slash_time> WARN scheduler.TaskSetManager: Lost task <small>.1 in stage "
    "<small>.0 (TID <large>, <host>): java.io.IOException: Connection reset",
    # ZooKeeper
    "<comma_time> - INFO  [NIOServerCxn.Factory:0.0.0.0/0.0.0.0:2181:NIO"
    "ServerCnxn@1001] - Closed socket connection for client /<address>:<port> "
    "which had sessionid 0x<hex16>",
    "<comma_time> - WARN  [SendWorker:<large>:QuorumCnxManager$SendWorker@688]"
    " - Send worker leaving thread",
    # sshd
    "<syslog_time> <host> sshd[<port>]: Failed password for invalid user "
    "<user> from <address> port <port> ssh2",
    "<syslog_time> <host> sshd[<port>]: Accepted publickey for <user> from "
    "<address> port <port> ssh2: RSA SHA256:<fingerprint>",
    "<syslog_time> <host> sshd[<port>]: pam_unix(sshd:session): session opened"
    " for user <user> by (uid=0)",
    # nginx
    '<address> - - [<nginx_time>] "GET <path> HTTP/1.1" <status> <large> '
    '"https://<host>.example.com<path>" "Mozilla/5.0 (X11; Linux x86_64) '
    'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/<small>.0.0.0"',
    '<address> - <user> [<nginx_time>] "POST <path> HTTP/2.0" <status> <small>'
    ' "-" "curl/7.88.1"',
    # services that log JSON
    '{"ts":"<iso_time>","level":"info","logger":"http","msg":"request served",'
    '"method":"GET","path":"<path>","status":<status>,"duration_ms":<small>,'
    '"trace_id":"<hex16><hex16>","span_id":"<hex16>"}',
    '{"ts":"<iso_time>","level":"debug","logger":"consumer","msg":"committed '
    'offsets","group":"<user>-<small>","topic":"orders","partition":<small>,'
    '"offset":<large>,"host":"<host>"}',
    '{"ts":"<iso_time>","level":"error","logger":"db","msg":"query failed: '
    'timeout after <large>ms","sql":"SELECT id, state FROM orders WHERE id = '
    '$1","args":[<large>],"retry":<small>}',
)

SECRET_TEMPLATES = (
    "<comma_time> INFO ProducerConfig values: sasl.jaas.config = org.apache."
    "kafka.common.security.plain.PlainLoginModule required username=\"<key>\" "
    'password="<secret>";',
    '{"ts":"<iso_time>","level":"debug","logger":"config","msg":"loaded",'
    '"api_key":"<key>","api_secret":"<secret>","host":"<host>"}',
    "<syslog_time> <host> entrypoint[<port>]: CLOUD_API_KEY=<key> "
    "CLOUD_API_SECRET=<secret> HOME=/srv/<user> LANG=C.UTF-8",
    "<slash_time> WARN rest.Client: GET https://<key>:<secret>@<host>.example."
    "com/subjects failed with <status>, will try again in <small> ms",
    "<nginx_time> [debug] <large>#0: *<small> http header: \"X-Api-Secret: "
    '<secret>"',
    "<comma_time> WARN [main] The configuration 'basic.auth.user.info' = "
    "'<key>:<secret>' was supplied but isn't a known config.",
    "<comma_time> INFO [main] options {bootstrap=<host>:9092, user=<key>, "
    "password=<secret>, retries=<small>}",
)

USERS = ("admin", "root", "webmaster", "deploy", "alice", "postgres",
         "jenkins")
HOSTS = ("combo", "broker-1", "broker-2", "edge-fra-03", "worker-17", "db0")
PATHS = ("/", "/health", "/api/v1/orders", "/static/app.js", "/login",
         "/api/v2/topics/orders/records?limit=100", "/favicon.ico")
STATUSES = ("200", "200", "200", "204", "301", "304", "401", "404", "502")


def secret(rng: random.Random) -> str:
    """A fake secret: 64 ASCII characters whose checksum holds."""
    body = "".join(rng.choices(SYMBOLS, k=BODY_LENGTH))
    return "cflt" + body + check_of(body)


def check_of(body: str) -> str:
    """The 6 check characters of a body of 54 characters."""
    crc = zlib.crc32(body.encode()).to_bytes(4, "little")
    return base64.b64encode(crc).decode()[:CHECK_LENGTH]


class Fields:
    """What stands for the <words> of the templates; one clock, one seed."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)
        self.milliseconds = FIRST_SECOND * 1000

    def advance_clock(self) -> None:
        self.milliseconds += self.rng.getrandbits(4)

    def second(self) -> int:
        return self.milliseconds // 1000

    def millisecond(self) -> str:
        return f"{self.milliseconds % 1000:03}"

    def comma_time(self) -> str:
        date = formatted("%Y-%m-%d %H:%M:%S", self.second())
        return f"{date},{self.millisecond()}"

    def iso_time(self) -> str:
        date = formatted("%Y-%m-%dT%H:%M:%S", self.second())
        return f"{date}.{self.millisecond()}Z"

    def slash_time(self) -> str:
        return formatted("%y/%m/%d %H:%M:%S", self.second())

    def syslog_time(self) -> str:
        return formatted("%b %d %H:%M:%S", self.second())

    def nginx_time(self) -> str:
        return formatted("%d/%b/%Y:%H:%M:%S +0000", self.second())

    def small(self) -> str:
        return str(self.rng.getrandbits(7))

    def large(self) -> str:
        return str(self.rng.getrandbits(30))

    def port(self) -> str:
        return str(1024 + self.rng.getrandbits(15))

    def address(self) -> str:
        bits = self.rng.getrandbits(24)
        return f"10.{bits >> 16}.{bits >> 8 & 255}.{bits & 255}"

    def hex16(self) -> str:
        return f"{self.rng.getrandbits(64):016x}"

    def block(self) -> str:
        return f"blk_{self.rng.getrandbits(62)}"

    def application(self) -> str:
        bits = self.rng.getrandbits(10)
        return f"appattempt_{FIRST_SECOND}000_{bits:04}_000001"

    def fingerprint(self) -> str:
        return "".join(self.rng.choices(SYMBOLS, k=43))

    def user(self) -> str:
        return self.rng.choice(USERS)

    def host(self) -> str:
        return self.rng.choice(HOSTS)

    def path(self) -> str:
        return self.rng.choice(PATHS)

    def status(self) -> str:
        return self.rng.choice(STATUSES)

    def key(self) -> str:
        return "".join(self.rng.choices(KEY_SYMBOLS, k=16))

    def secret(self) -> str:
        return secret(self.rng)


@functools.lru_cache(maxsize=16)
def formatted(layout: str, second: int) -> str:
    """A second since 1970, UTC, in a layout of strftime."""
    return time.strftime(layout, time.gmtime(second))


@functools.cache
def parts_of(template: str) -> tuple[list[str], list[str]]:
    """A template as its literals and, one fewer, the fields between them."""
    parts = re.split(r"<(\w+)>", template)
    return parts[0::2], parts[1::2]


def line(fields: Fields, templates: tuple[str, ...]) -> str:
    """One line, with its newline, of a template chosen at random."""
    fields.advance_clock()
    literals, names = parts_of(fields.rng.choice(templates))
    pieces = [literals[0]]
    for name, literal in zip(names, literals[1:]):
        pieces += getattr(fields, name)(), literal
    pieces.append("\n")
    return "".join(pieces)


def groups(fields: Fields, size: int) -> list[bytes]:
    """Groups of 999 lines without a secret, `size` bytes or a little more."""
    made = []
    total = 0
    while total < size:
        lines = [line(fields, PLAIN_TEMPLATES)
                 for _ in range(LINES_PER_SECRET - 1)]
        made.append("".join(lines).encode())
        total += len(made[-1])
    return made


def log_pieces(size: int, seed: int = SEED) -> Iterator[bytes]:
    """The log, `size` bytes or up to one group of 1000 lines more."""
    fields = Fields(seed)
    total = 0
    for group in itertools.cycle(groups(fields, min(size, DISTINCT_BYTES))):
        if total >= size:
            return
        piece = group + line(fields, SECRET_TEMPLATES).encode()
        total += len(piece)
        yield piece


def text(size: int, seed: int = SEED) -> bytes:
    """Log lines without a secret, `size` bytes or up to 999 lines more."""
    return b"".join(groups(Fields(seed), size))


def cache_directory() -> Path:
    """Where made inputs are kept between runs; never in the repository."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    directory = Path(home) / "cflt-redact-bench"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


def cached_log(size: int) -> Path:
    """The log of about `size` bytes, made where this generator has not yet."""
    generator = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    path = cache_directory() / f"log-{generator}-{size}.log"
    if not path.exists():
        write_whole(path, log_pieces(size))
    return path


def write_whole(path: Path, pieces: Iterator[bytes]) -> None:
    """Writes a file that appears when it is complete and on the disk."""
    partial = path.with_suffix(f".{os.getpid()}")
    try:
        with open(partial, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())  # no write-back while others are timed
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
