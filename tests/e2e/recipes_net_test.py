"""Docker's syslog driver, as its source says that it writes; stunnel and
HAProxy, which are run."""
import re
import socket
import ssl
import subprocess
import threading
import unittest

import program
import recipes
from program import HANG_SECONDS, MASK, run, secret, wait_until
from recipes import block, setting
from serve_program import HOST, connect, free_port, peers, send
from serve_reference import frames, redact, secrets

PIECE_BYTES = 16384  # of dockerd's buffer for a line
TAG, PID = "web", 4711
HEADERS = {  # srslog's formatters, and moby's own
    "": b"<30>Nov 28 15:00:00 %s[%d]: " % (TAG.encode(), PID),
    "rfc3164": b"<30>Nov 28 15:00:00 host %s[%d]: " % (TAG.encode(), PID),
    "rfc5424": b"<30>1 2026-11-28T15:00:00Z host %s %d %s - " % (
        TAG.encode(), PID, TAG.encode()),
    "rfc5424micro": b"<30>1 2026-11-28T15:00:00.123456Z host %s %d %s - " % (
        TAG.encode(), PID, TAG.encode()),
}
OUTPUT = b"".join(b"%04d key=%s end\n" % (
    number, secret(number % 7).encode() if number % 3 else b"none")
    for number in range(60)) + b"\n" + b"carriage return\r\n" + (
    b"x" * 40000 + b" " + secret(1).encode() + b" long\n")


def pieces(output):
    """What dockerd makes of a container's output: lines, and of long ones
    pieces. It sends nothing for an empty one."""
    found = []
    for text in output.split(b"\n")[:-1]:
        found += [text[at:at + PIECE_BYTES]
                  for at in range(0, len(text), PIECE_BYTES)]
    return found


def messages(output, form):
    """One for each piece; srslog ends each with a newline."""
    return [HEADERS[form] + each + b"\n" for each in pieces(output)]


class Docker(recipes.Case):
    def setUp(self):
        super().setUp()
        self.port, self.out = free_port(), free_port()
        self.places = {f"{HOST}:5514": f"{HOST}:{self.port}",
                       f"{HOST}:5170": f"{HOST}:{self.out}"}

    def serve_with(self, address):
        """The page's configuration, and a receiver in the shipper's place."""
        config = self.block("docker.md", "# cflt-redact: config.yaml")
        documented = f"tcp://{HOST}:{self.port}"
        self.assertIn(documented, config)
        receiver = self.receive(self.out)
        daemon = self.serve(config.replace(documented, address))
        return daemon, receiver

    def assert_arrives(self, sent, receiver):
        """As it would be without the daemon, but for the masks."""
        expected = b"".join(redact(each) for each in sent)
        self.assert_same(receiver.wait_for_bytes(len(expected)), expected)

    def test_page_names_a_format_and_an_address_that_the_driver_has(self):
        options = block("docker.md", "driver: syslog")
        self.assertIn(setting(options, "syslog-format: (.*)"), HEADERS)
        config = block("docker.md", "# cflt-redact: config.yaml")
        self.assertIn(setting(options, "syslog-address: (.*)"), config)

    def test_each_format_arrives_as_it_was_sent(self):
        for form in HEADERS:
            with self.subTest(form or "none"):
                self.setUp()
                _, receiver = self.serve_with(f"tcp://{HOST}:{self.port}")
                sent = messages(OUTPUT, form)
                self.assertEqual(len(sent), 64)
                send(self.port, *sent)
                self.assert_arrives(sent, receiver)

    def test_each_transport_brings_it(self):
        sent = messages(OUTPUT, "rfc5424micro")
        for scheme, kind in (("unix", socket.SOCK_STREAM),
                             ("unixgram", socket.SOCK_DGRAM),
                             ("udp", socket.SOCK_DGRAM)):
            with self.subTest(scheme):
                self.setUp()
                where = self.port if scheme == "udp" else (
                    self.folder / "socket")
                _, receiver = self.serve_with(
                    f"udp://{HOST}:{where}" if scheme == "udp"
                    else f"{scheme}://{where}")
                self.send_in_turn(where, kind, sent, receiver)
                self.assert_arrives(sent, receiver)

    def send_in_turn(self, where, kind, sent, receiver):
        """A datagram may be dropped where another one waits."""
        size = 0
        with connect(where, kind) as docker:
            for each in sent:
                docker.sendall(each)
                size += len(redact(each))
                receiver.wait_for_bytes(size)

    def test_octet_counts_of_tls_count_the_newline_too(self):
        _, receiver = self.serve_with(f"tcp://{HOST}:{self.port}")
        sent = messages(OUTPUT, "rfc5424")
        send(self.port, b"".join(b"%d %s" % (len(each), each)
                                 for each in sent))
        self.assert_arrives(sent, receiver)

    def split_at(self, count):
        """A line with so many characters of a secret before the border."""
        before = PIECE_BYTES - count
        return b"x" * before + secret(1).encode() + b" behind it\n"

    def test_secret_across_the_border_is_masked_or_not_as_the_page_says(self):
        _, receiver = self.serve_with(f"tcp://{HOST}:{self.port}")
        whole, header = secret(1).encode(), HEADERS["rfc5424micro"]
        for count in 30, 57, 58, 63, 64:
            first, second = messages(self.split_at(count), "rfc5424micro")
            masked = count >= 58
            kept = MASK.encode() if masked else whole[:count]
            expected = (header + b"x" * (PIECE_BYTES - count) + kept + b"\n"
                        + header + whole[count:] + b" behind it\n")
            seen = len(receiver.data())
            with self.subTest(count):
                send(self.port, first, second)
                receiver.wait_for_bytes(seen + len(expected))
                self.assert_same(receiver.data()[seen:], expected)

    def test_exec_before_the_border_leaves_no_half(self):
        for count in 4, 30, 57, 64:
            path = self.file("output", self.split_at(count))
            done = run("exec", "--", "cat", str(path))
            cut = b"".join(messages(done.stdout, "rfc5424micro"))
            self.assertEqual(secrets(done.stdout), [])
            self.assertEqual(program.leaks(cut, secret(1)), [])


RECORDS = [b"<38>Nov 28 15:00:00 web7 app: %04d key=%s end" % (
    number, secret(number % 7).encode() if number % 3 else b"none")
    for number in range(200)]


class Certificates:
    """A CA, and what it has signed: this host (in the middle), the log server,
    a client; and another CA's log server."""

    def __init__(self, folder):
        self.folder = folder
        self.ca, other = self.authority("ca"), self.authority("other")
        self.host = self.signed(self.ca, "this-host")
        self.client = self.signed(self.ca, "client")
        self.logs = self.signed(self.ca, "logs.example.org")
        self.wrong_name = self.signed(self.ca, "other.example.org")
        self.wrong_ca = self.signed(other, "logs.example.org", "wrong-ca")

    def openssl(self, *arguments):
        subprocess.run([peers.find_program("openssl"), *map(str, arguments)],
                       env=peers.ENVIRONMENT, check=True, cwd=self.folder,
                       stdin=subprocess.DEVNULL, capture_output=True,
                       timeout=HANG_SECONDS)

    NEW = ("req", "-x509", "-newkey", "ec", "-pkeyopt",
           "ec_paramgen_curve:P-256", "-nodes", "-days", "2")

    def authority(self, name):
        self.openssl(*self.NEW, "-subj", f"/CN={name}", "-keyout",
                     f"{name}.key", "-out", f"{name}.crt")
        return self.folder / f"{name}.crt"

    def signed(self, ca, name, file=None):
        """Certificate and key in one file."""
        file = file or name
        self.openssl(*self.NEW, "-subj", f"/CN={name}", "-addext",
                     f"subjectAltName=DNS:{name}", "-addext",
                     "basicConstraints=CA:FALSE", "-CA", ca,
                     "-CAkey", ca.with_suffix(".key"), "-keyout",
                     f"{file}.key", "-out", f"{file}.crt")
        pem = self.folder / f"{file}.pem"
        pem.write_bytes(b"".join((self.folder / f"{file}.{kind}").read_bytes()
                                 for kind in ("crt", "key")))
        return pem


class LogServer:
    """Takes TLS connections, as logs.example.org; keeps all that comes."""

    def __init__(self, certificate):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.server = socket.create_server((HOST, 0))
        self.port = self.server.getsockname()[1]
        self.data, self.refused = bytearray(), 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection = self.server.accept()[0]
            except OSError:  # it was closed
                return
            threading.Thread(target=self.read, args=(connection,),
                             daemon=True).start()

    def read(self, connection):
        try:
            with self.context.wrap_socket(connection,
                                          server_side=True) as peer:
                while block := peer.recv(1 << 16):
                    self.data += block
        except OSError:  # the peer does not trust this certificate
            self.refused += 1

    def close(self):
        self.server.close()


class Tls(recipes.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        keeper = program.tempfile.TemporaryDirectory()
        cls.addClassCleanup(keeper.cleanup)
        cls.certificates = Certificates(program.pathlib.Path(keeper.name))

    def log_server(self, certificate):
        server = LogServer(certificate)
        self.addCleanup(server.close)
        return server

    def connect_all(self, server, with_daemon=True):
        """The page's ports and files, as they are here."""
        self.entry, self.source, self.sink = (free_port() for _ in range(3))
        here = self.certificates
        # Without the daemon, what comes in goes out at once.
        after_entry = self.source if with_daemon else self.sink
        self.places = {
            "0.0.0.0:6514": f"{HOST}:{self.entry}",
            f"{HOST}:5514": f"{HOST}:{after_entry}",
            f"{HOST}:5170": f"{HOST}:{self.sink}",
            "logs.example.org:6514": f"{HOST}:{server.port}",
            "/etc/ssl/certs/ca-certificates.crt": here.ca,
            "/etc/stunnel/this-host.pem": here.host,
            "/etc/haproxy/this-host.pem": here.host,
            "/etc/stunnel/clients-ca.pem": here.ca,
            "/etc/haproxy/clients-ca.pem": here.ca}

    def stunnel(self):
        self.start_peer(
            "stunnel", [peers.tcp(self.entry), peers.tcp(self.sink)],
            {"stunnel.conf": "foreground = yes\npid =\n"
             + self.block("tls.md", "[syslog-in]")},
            "{folder}/stunnel.conf")

    def haproxy(self):
        self.start_peer(
            "haproxy", [peers.tcp(self.entry), peers.tcp(self.sink)],
            {"haproxy.cfg": self.block("tls.md", "listen syslog_in")},
            "-db", "-f", "{folder}/haproxy.cfg")

    def client(self, certificate=None):
        context = ssl.create_default_context(cafile=self.certificates.ca)
        if certificate:
            context.load_cert_chain(certificate)
        return context.wrap_socket(connect(self.entry),
                                   server_hostname="this-host")

    def deliver(self, proxy, with_daemon):
        """What the log server gets of RECORDS."""
        server = self.log_server(self.certificates.logs)
        self.connect_all(server, with_daemon)
        if with_daemon:
            self.serve_block("tls.md")
        proxy()
        sent = b"".join(b"%d %s" % (len(each), each) for each in RECORDS)
        with self.client(self.certificates.client) as client:
            client.sendall(sent)
            wait_until(lambda: b" 0199 key=" in server.data
                       and server.data.endswith(b" end"))
        return bytes(server.data)

    def test_records_arrive_by_tls_as_they_do_without_the_daemon(self):
        for proxy in self.stunnel, self.haproxy:
            with self.subTest(proxy.__name__):
                twin = self.deliver(proxy, with_daemon=False)
                got = self.deliver(proxy, with_daemon=True)
                self.assert_same(got, b"".join(
                    b"".join(frames("octet_counting", redact(each)))
                    for each in RECORDS))
                self.assertEqual(unframed(got), [
                    redact(each) for each in unframed(twin)])

    def test_client_without_a_certificate_is_refused(self):
        for proxy in self.stunnel, self.haproxy:
            with self.subTest(proxy.__name__):
                self.connect_all(self.log_server(self.certificates.logs))
                daemon = self.serve_block("tls.md")
                proxy()
                with self.assertRaises(OSError), self.client() as client:
                    client.sendall(RECORDS[0] + b"\n")
                    client.recv(1)  # TLS 1.3: the refusal comes now
                    raise OSError("it hung up without a word")
                self.assertEqual(daemon.metrics()("source_records_total"), 0)

    def test_log_server_that_is_not_trusted_gets_nothing(self):
        """The page warns: for the daemon it is delivered."""
        for proxy in self.stunnel, self.haproxy:
            for certificate in (self.certificates.wrong_ca,
                                self.certificates.wrong_name):
                with self.subTest(f"{proxy.__name__} {certificate.name}"):
                    server = self.log_server(certificate)
                    self.connect_all(server)
                    daemon = self.serve_block("tls.md")
                    proxy()
                    with self.client(self.certificates.client) as client:
                        client.sendall(RECORDS[1] + b"\n")
                        page = daemon.settled(1)
                    self.assertEqual(page("delivered_records_total"), 1)
                    daemon.wait_for("sink_retries_total", 1)
                    wait_until(lambda: server.refused)
                    self.assertEqual(server.data, b"")


def unframed(data):
    found, at = [], 0
    while match := re.compile(rb"(\d+) ").match(data, at):
        end = match.end() + int(match[1])
        found.append(data[match.end():end])
        at = end
    return found


if __name__ == "__main__":
    unittest.main()
