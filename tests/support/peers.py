"""The programs beside us: socat, HAProxy, rsyslog, syslog-ng, loggen, and those
of docs/recipes.

They come from build/peers (scripts/install-peers), run in the foreground in a
folder of their own, on loopback, and are stopped by their pid. Used by the
end-to-end tests and by the benches:

    with rsyslog(tcp(5170), file("/tmp/x/received")) as receiver:
        ...

A peer listens when its constructor returns. The two syslog daemons pass on the
text of each message as it came (PRI and header with it) and nothing else; with
`redact` they mask what has the shape of a secret, as well as they can.
"""

import contextlib
import dataclasses
import os
import pathlib
import random
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PREFIX = ROOT / "build" / "peers"
LIBRARIES = PREFIX / "usr" / "lib" / "x86_64-linux-gnu"
SYSLOG_NG_LIBRARIES = PREFIX / "usr" / "lib" / "syslog-ng"
APACHE_MODULES = PREFIX / "usr" / "lib" / "apache2" / "modules"
PROGRAMS = {
    "socat": PREFIX / "usr" / "bin" / "socat",
    "haproxy": PREFIX / "usr" / "sbin" / "haproxy",
    "rsyslogd": PREFIX / "usr" / "sbin" / "rsyslogd",
    "syslog-ng": PREFIX / "usr" / "sbin" / "syslog-ng",
    "loggen": PREFIX / "usr" / "bin" / "loggen",
    "apache2": PREFIX / "usr" / "sbin" / "apache2",
    "nginx": PREFIX / "usr" / "sbin" / "nginx",
    "logrotate": PREFIX / "usr" / "sbin" / "logrotate",
    "stunnel": PREFIX / "usr" / "bin" / "stunnel4",
    "openssl": PREFIX / "usr" / "bin" / "openssl",
    "promtool": PREFIX / "usr" / "bin" / "promtool",
}
ENVIRONMENT = os.environ | {
    "LC_ALL": "C",
    "LD_LIBRARY_PATH": ":".join(map(str, (
        LIBRARIES, PREFIX / "lib" / "x86_64-linux-gnu", SYSLOG_NG_LIBRARIES))),
    "SYSLOGNG_PREFIX": str(PREFIX / "usr"),  # for loggen's plugins
}
# Clients' ports come from another range: connecting to one of its own may meet
# oneself.
PORTS = range(11_000, 32_000)
claims = []
PATIENCE_SECONDS = 60  # to begin to listen, or to end
LONGEST_MESSAGE = 65536
TCP_LISTEN = "0A"  # a state in /proc/net/tcp

SHAPE = "cflt[A-Za-z0-9+/]{60}"  # without the checksum, which no peer knows
MASK = "cflt****"


class PeerError(Exception):
    """A peer is missing, or did not do as it was told; for the user."""


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """Where messages come from or go to."""

    kind: str  # tcp, udp, unixgram, file
    where: int | str  # a port of 127.0.0.1, or a path
    framing: str = "newline"  # tcp: newline or octet_counting

    def is_ready(self) -> bool:
        """Whether somebody listens there; without a connection."""
        if self.kind == "unixgram":
            return os.path.exists(self.where)
        return self.kind == "file" or is_open(self.kind, self.where)


def tcp(port: int, framing: str = "newline") -> Endpoint:
    return Endpoint("tcp", port, framing)


def udp(port: int) -> Endpoint:
    return Endpoint("udp", port)


def unixgram(path) -> Endpoint:
    return Endpoint("unixgram", str(path))


def file(path) -> Endpoint:
    return Endpoint("file", str(path))


def free_port() -> int:
    """A port of 127.0.0.1, free for TCP and UDP, which is this process's.

    The kernel gives it to no client. Until the process ends a name says that it
    is taken, so that what runs beside it is given another.
    """
    while True:
        port = random.choice(PORTS)
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            claim.bind(f"\0cflt-redact/port/{port}")
            for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM:
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
        else:
            claims.append(claim)
            return port


def is_open(kind: str, port: int) -> bool:
    """Whether a TCP socket listens at a port, or a UDP socket is bound."""
    for row in socket_rows(kind):
        if (int(row[1].rpartition(":")[2], 16) == port
                and (kind == "udp" or row[3] == TCP_LISTEN)):
            return True
    return False


def udp_drops(port: int) -> int:
    """How many datagrams the kernel has dropped at a port, so far."""
    return sum(int(row[-1]) for row in socket_rows("udp")
               if int(row[1].rpartition(":")[2], 16) == port)


def socket_rows(kind: str) -> list[list[str]]:
    rows = []
    for name in (kind, kind + "6"):
        table = pathlib.Path("/proc/net") / name
        if table.exists():
            rows += [line.split() for line in
                     table.read_text(encoding="ascii").splitlines()[1:]]
    return rows


def find_program(name: str) -> str:
    path = PROGRAMS[name]
    if not os.access(path, os.X_OK):
        raise PeerError(f"no {name} in build/peers: run scripts/install-peers")
    return str(path)


class Peer:
    """A running program with a folder of its own, gone when it is stopped."""

    def __init__(self, name: str, listens, files: dict[str, str],
                 *arguments: str, program: str | None = None):
        """Starts it; `{folder}` in files and arguments is its folder.

        `program` is the path of one that does not come from build/peers.
        """
        self.name = name
        self.environment = os.environ if program else ENVIRONMENT
        self.keeper = tempfile.TemporaryDirectory(prefix=f"peer-{name}-")
        self.folder = pathlib.Path(self.keeper.name)
        for file_name, text in files.items():
            (self.folder / file_name).write_text(self.fill(text) + "\n")
        self.log = self.folder / "log"  # its stdout and stderr
        self.start([program or find_program(name),
                    *map(self.fill, arguments)])
        self.wait_until_ready(listens)

    def fill(self, text: str) -> str:
        return text.replace("{folder}", str(self.folder))

    def start(self, command: list[str]) -> None:
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)  # with what it forks, a group

    @property
    def pid(self) -> int:
        return self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_until_ready(self, listens) -> None:
        """PeerError, with what it said, where it does not begin to listen."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not all(endpoint.is_ready() for endpoint in listens):
            if (self.process.poll() is not None
                    or time.monotonic() > deadline):
                said = self.said()
                self.stop()
                raise PeerError(f"{self.name} does not listen:\n{said}")
            time.sleep(0.005)

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def wait(self) -> int:
        """Its exit code, for those that end by themselves."""
        return self.process.wait(PATIENCE_SECONDS)

    def stop(self, how: int = signal.SIGTERM) -> None:
        """Ends it (rsyslog and syslog-ng write what they hold first)."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE_SECONDS)
        with contextlib.suppress(ProcessLookupError):  # what it left behind
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()
        self.keeper.cleanup()


def socat(*arguments: str, listens=()) -> Peer:
    """`socat ARGUMENTS`; `listens` are the endpoints to wait for."""
    return Peer("socat", listens, {}, *arguments)


def relay(port: int, target: int, block: int = 262144) -> Peer:
    """A plain TCP relay by socat, of any number of connections."""
    return socat("-b", str(block),
                 f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork",
                 f"TCP:127.0.0.1:{target}", listens=[tcp(port)])


def haproxy(port: int, target: int) -> Peer:
    """A TCP relay by HAProxy as it is by default; it never times out."""
    config = f"""
        defaults
          mode tcp
          timeout connect 5s
          timeout client 24h
          timeout server 24h
        listen relay
          bind 127.0.0.1:{port}
          server target 127.0.0.1:{target}
        """
    return Peer("haproxy", [tcp(port)], {"haproxy.cfg": config},
                "-db", "-f", "{folder}/haproxy.cfg")


def rsyslog(source: Endpoint, sink: Endpoint, redact: bool = False,
            more: str = "") -> Peer:
    """rsyslog from a source to a sink; `more` is put behind its globals."""
    config = "\n".join((RSYSLOG_GLOBAL, more, rsyslog_input(source),
                        RSYSLOG_REDACT if redact else "set $.out = $rawmsg;",
                        rsyslog_action(sink), ""))
    return Peer("rsyslogd", [source], {"rsyslog.conf": config}, "-n",
                "-i", "{folder}/pid", "-f", "{folder}/rsyslog.conf",
                "-M", str(LIBRARIES / "rsyslog"))


# Without escaping, $rawmsg is what came in the frame. (The last line feed of a
# frame is not part of it.)
RSYSLOG_GLOBAL = f"""
global(workDirectory="{{folder}}" maxMessageSize="{LONGEST_MESSAGE}"
       net.enableDNS="off" parser.escapeControlCharactersOnReceive="off")
template(name="line" type="string" string="%$.out%\\n")
template(name="record" type="string" string="%$.out%")
"""
# It has no replacement by a pattern: find the first one, replace its text.
RSYSLOG_REDACT = f"""
set $.secret = re_extract($rawmsg, "{SHAPE}", 0, 0, "");
if $.secret == "" then {{ set $.out = $rawmsg; }}
else {{ set $.out = replace($rawmsg, $.secret, "{MASK}"); }}
"""


def rsyslog_input(source: Endpoint) -> str:
    if source.kind == "tcp":  # octet counts are recognized
        return (f'module(load="imptcp")\ninput(type="imptcp" '
                f'address="127.0.0.1" port="{source.where}")')
    if source.kind == "udp":
        return (f'module(load="imudp" batchSize="128")\ninput(type="imudp" '
                f'address="127.0.0.1" port="{source.where}" '
                f'rcvbufSize="4194304")')
    return (f'module(load="imuxsock" SysSock.Use="off")\n'
            f'input(type="imuxsock" Socket="{source.where}" '
            f'useSysTimeStamp="off")')


def rsyslog_action(sink: Endpoint) -> str:
    if sink.kind == "file":
        return f'action(type="omfile" file="{sink.where}" template="line")'
    framing = {"newline": "traditional", "octet_counting": "octet-counted"}
    return (f'action(type="omfwd" target="127.0.0.1" port="{sink.where}" '
            f'protocol="{sink.kind}" TCP_Framing="{framing[sink.framing]}" '
            f'template="record" action.resumeRetryCount="-1" '
            f'action.resumeInterval="1")')


def syslog_ng(source: Endpoint, sink: Endpoint, redact: bool = False,
              more: str = "") -> Peer:
    """syslog-ng from a source to a sink; `more` is put behind its options."""
    rewrite = SYSLOG_NG_REDACT if redact else ""
    config = f"""@version: 3.38
        options {{ log-msg-size({LONGEST_MESSAGE}); stats-freq(0);
                   keep-hostname(yes); use-dns(no); dns-cache(no); }};
        {more}
        log {{
          source {{ {syslog_ng_source(source)} }};
          {rewrite}
          destination {{ {syslog_ng_destination(sink)} }};
          flags(flow-control);
        }};
        """
    return Peer("syslog-ng", [source], {"syslog-ng.conf": config}, "-F",
                "--no-caps", "-f", "{folder}/syslog-ng.conf",
                "-R", "{folder}/persist", "-c", "{folder}/control",
                "-p", "{folder}/pid",
                f"--module-path={SYSLOG_NG_LIBRARIES / '3.38'}")


SYSLOG_NG_REDACT = f"""rewrite {{
            subst("{SHAPE}", "{MASK}", value("MESSAGE") type("pcre")
                  flags("global"));
          }};"""


def syslog_ng_source(source: Endpoint) -> str:
    # no-parse: all that is in the frame is the message.
    if source.kind == "unixgram":
        return f'unix-dgram("{source.where}" flags(no-parse));'
    driver = "syslog" if source.framing == "octet_counting" else "network"
    buffer = "so-rcvbuf(4194304)" if source.kind == "udp" else (
        "log-iw-size(10000) log-fetch-limit(1000) max-connections(100)")
    return (f'{driver}(ip("127.0.0.1") port({source.where}) '
            f'transport("{source.kind}") {buffer} flags(no-parse));')


def syslog_ng_destination(sink: Endpoint) -> str:
    if sink.kind == "file":
        return f'file("{sink.where}" template("$MESSAGE\\n"));'
    template = {"newline": "$MESSAGE\\n",  # syslog() would add a header
                "octet_counting": "$(length $MESSAGE) $MESSAGE"}[sink.framing]
    return (f'network("127.0.0.1" port({sink.where}) '
            f'transport("{sink.kind}") template("{template}"));')


def loggen(*arguments: str) -> subprocess.CompletedProcess:
    """`loggen ARGUMENTS` to its end; what it says is in stderr."""
    return subprocess.run([find_program("loggen"), *arguments],
                          env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120)
