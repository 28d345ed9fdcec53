"""The other programs do what our tests and benches take for granted."""
import socket
import unittest

import program  # knows where peers is
import peers
from peers import file, free_port, tcp, udp, unixgram
from program import MASK, secret

MESSAGES = (b"<13>1 2025-10-09T08:53:20Z host app 1 - - a\ttab,  two spaces",
            b"<13>Oct  9 08:53:20 host app[1]: key=%s." % secret(70).encode())
MASKED = tuple(message.replace(secret(70).encode(), MASK.encode())
               for message in MESSAGES)
SHIPPERS = {"rsyslog": peers.rsyslog, "syslog-ng": peers.syslog_ng}
FRAMINGS = ("newline", "octet_counting")


def framed(messages, framing):
    if framing == "newline":
        return b"".join(message + b"\n" for message in messages)
    return b"".join(b"%d %s" % (len(message), message) for message in messages)


def send(kind, address, data):
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family, kind) as sender:
        sender.connect(address)
        sender.sendall(data)


class Case(program.Case):
    def setUp(self):
        super().setUp()
        self.received = self.folder / "received"
        self.port = free_port()

    def assert_received(self, expected):
        """Waits for as many bytes, then compares."""
        program.wait_until(lambda: self.received.exists() and
                           self.received.stat().st_size >= len(expected))
        self.assert_same(self.received.read_bytes(), expected)


class Shippers(Case):
    """rsyslog and syslog-ng, as receivers and as senders."""

    def test_tcp_in_both_framings_is_masked_and_written(self):
        for name, shipper in SHIPPERS.items():
            for framing in FRAMINGS:
                self.received.unlink(missing_ok=True)
                with (self.subTest(f"{name} {framing}"),
                      shipper(tcp(self.port, framing), file(self.received),
                              redact=True)):
                    send(socket.SOCK_STREAM, ("127.0.0.1", self.port),
                         framed(MESSAGES, framing))
                    self.assert_received(framed(MASKED, "newline"))

    def test_tcp_in_both_framings_is_passed_on_as_it_came(self):
        for name, shipper in SHIPPERS.items():
            for framing in FRAMINGS:
                with self.subTest(f"{name} {framing}"):
                    self.assert_forwarded(shipper, framing)

    def assert_forwarded(self, shipper, framing):
        data = framed(MESSAGES, framing)
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(program.HANG_SECONDS)
            sink = tcp(server.getsockname()[1], framing)
            with shipper(tcp(self.port, framing), sink):
                send(socket.SOCK_STREAM, ("127.0.0.1", self.port), data)
                connection, _ = server.accept()
                with connection, connection.makefile("rb") as reader:
                    connection.settimeout(program.HANG_SECONDS)
                    self.assertEqual(reader.read(len(data)), data)

    def test_datagrams_are_masked_and_written(self):
        log = self.folder / "log"
        port = free_port()
        for source, address in ((udp(port), ("127.0.0.1", port)),
                                (unixgram(log), str(log))):
            for name, shipper in SHIPPERS.items():
                self.received.unlink(missing_ok=True)
                log.unlink(missing_ok=True)
                with (self.subTest(f"{name} {source.kind}"),
                      shipper(source, file(self.received), redact=True)):
                    for message in MESSAGES:
                        send(socket.SOCK_DGRAM, address, message)
                    self.assert_received(framed(MASKED, "newline"))


class Others(Case):
    def test_loggen_sends_as_many_messages_as_it_is_told(self):
        with peers.rsyslog(tcp(self.port), file(self.received)):
            for protocol in [], ["--syslog-proto"]:  # newline, octet counts
                done = peers.loggen("--inet", "--stream", *protocol,
                                    "--number", "100", "--rate", "100000",
                                    "127.0.0.1", str(self.port))
                self.assertEqual(done.returncode, 0, done.stderr)
            program.wait_until(lambda: self.received.exists() and
                               self.received.read_bytes().count(b"\n") == 200)

    def test_relays_pass_on_what_comes(self):
        for relay in peers.relay, peers.haproxy:
            with (self.subTest(relay.__name__),
                  socket.create_server(("127.0.0.1", 0)) as server):
                server.settimeout(program.HANG_SECONDS)
                with relay(self.port, server.getsockname()[1]):
                    send(socket.SOCK_STREAM, ("127.0.0.1", self.port), b"hi")
                    connection, _ = server.accept()
                    with connection:
                        self.assertEqual(connection.recv(10), b"hi")


if __name__ == "__main__":
    unittest.main()
