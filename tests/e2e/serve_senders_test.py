"""What real senders of syslog do to a framing, and what is no syslog at all."""
import contextlib
import logging
import logging.handlers
import socket
import unittest

import program
import serve_faults as serve
from program import MASK, wait_until
from serve_ends import (LOCAL, SECRET, Receiver, connect, expected, is_closed,
                        linger)
from serve_faults import Daemon

HEADER = b"<13>1 - host app - - - "
BOM = b"\xef\xbb\xbf"


def message(number):
    return HEADER + b"n=%d key=%s." % (number, SECRET.encode())


def counted(payload):
    return b"%d %s" % (len(payload), payload)


class Case(program.Case):
    def start(self, address=None, **source_options):
        self.port = serve.free_port()
        self.receiver = Receiver(self)
        source = serve.tcp_source(self.port, **source_options)
        source.update({"address": address} if address else {})
        self.daemon = Daemon(self, serve.config(
            {"app": source}, {"out": serve.tcp_sink(self.receiver.port)}))

    def assert_received(self, wanted):
        self.receiver.wait_for(len(wanted))
        self.daemon.settled()
        self.assert_same(self.receiver.data(), wanted)

    def assert_messages(self, count):
        self.assert_received(b"".join(expected(message(i)) + b"\n"
                                      for i in range(count)))
        self.assertEqual(self.daemon.metric("source_lost_bytes_total"), 0)


class Handlers(Case):
    """Python's SysLogHandler ends each message with NUL."""

    def log_through(self, handler):
        self.addCleanup(handler.close)
        logger = logging.Logger("test")
        logger.addHandler(handler)
        for i in range(3):
            logger.error("n=%d key=%s", i, SECRET)
            self.daemon.wait_metric(i + 1, "source_records_total")
        self.assert_received(b"".join(b"<11>n=%d key=%s\n" % (i, MASK.encode())
                                      for i in range(3)))

    def test_each_message_over_tcp_is_a_record_at_once(self):
        self.start()
        self.log_through(logging.handlers.SysLogHandler(
            (LOCAL, self.port), socktype=socket.SOCK_STREAM))

    def test_each_message_over_a_unix_stream_is_a_record_at_once(self):
        path = str(self.folder / "log")
        self.start(f"unix://{path}")
        self.log_through(logging.handlers.SysLogHandler(
            path, socktype=socket.SOCK_STREAM))

    def test_nul_framing_takes_them_too(self):
        self.start(framing="nul")
        self.log_through(logging.handlers.SysLogHandler(
            (LOCAL, self.port), socktype=socket.SOCK_STREAM))


class Framings(Case):
    WAYS = {
        "a line feed that the count does not include":
            lambda m: counted(m) + b"\n",
        "a line feed that the count includes": lambda m: counted(m + b"\n"),
        "a line feed before each frame": lambda m: b"\n" + counted(m),
        "a NUL behind each frame": lambda m: counted(m) + b"\0",
        "a byte order mark before each frame": lambda m: BOM + counted(m),
        "NUL": lambda m: m + b"\0",
        "NUL and a line feed": lambda m: m + b"\0\n",
        "a line feed and NUL": lambda m: m + b"\n\0",
        "empty lines between": lambda m: b"\n\n" + m + b"\n",
    }

    def test_nothing_is_lost_however_messages_are_framed(self):
        for name, frame in self.WAYS.items():
            with self.subTest(name):
                self.start()
                data = b"".join(frame(message(i)) for i in range(20))
                with connect(self.port) as sock:
                    for byte in range(0, len(data), 7):
                        sock.sendall(data[byte:byte + 7])
                    sock.shutdown(socket.SHUT_WR)
                    self.assertTrue(is_closed(sock))
                self.assert_messages(20)
                self.assertEqual(self.daemon.closed("end"), 1)
                self.assertEqual(self.daemon.stop(), 0)

    def test_senders_of_both_framings_share_a_connection_behind_a_relay(self):
        self.start()
        with connect(self.port) as sock:
            for i in range(100):
                frame = message(i) + b"\n" if i % 3 == 1 \
                    else counted(message(i))
                sock.sendall(frame)
            self.assert_messages(100)

    def test_line_that_looks_like_a_count_swallows_no_neighbour(self):
        self.start()
        lines = [message(0), b"999 <13> logged by somebody", message(2)]
        with connect(self.port) as sock:
            sock.sendall(b"\n".join(lines) + b"\n")
            self.assert_received(expected(b"\n".join(lines) + b"\n"))

    def test_separators_and_empty_records_are_counted(self):
        self.start()
        with connect(self.port) as sock:
            sock.sendall(b"\n\0" + BOM + message(0) + b"\n\n\0\n")
            self.assert_messages(1)
            self.assertEqual(
                self.daemon.metric("source_skipped_bytes_total"), 5)
            self.assertEqual(
                self.daemon.metric("source_empty_records_total"), 2)


class RecordTimeout(Case):
    def test_no_half_of_a_secret_leaves_wherever_it_waits(self):
        """A connection for each place of the cut, all at once."""
        self.start(record_timeout="1ms", framing="newline")
        socks = [connect(self.port) for _ in range(len(SECRET) + 1)]
        for place, sock in enumerate(socks):
            self.addCleanup(sock.close)
            sock.sendall(HEADER + b"k=" + SECRET.encode()[:place])
        # One record each: what is decided has left.
        self.daemon.wait_metric(len(socks), "source_records_total")
        for place, sock in enumerate(socks):
            sock.sendall(SECRET.encode()[place:] + b" end\n")
            sock.shutdown(socket.SHUT_WR)
            self.assertTrue(is_closed(sock), place)
        self.daemon.settled()
        got = self.receiver.data()
        self.assertEqual(program.leaks(got, SECRET), [])
        self.assertEqual(got.replace(b"\n", b"").count(b"****"), len(socks))
        self.assertEqual(self.daemon.closed("end"), len(socks))


class OtherProtocols(Case):
    OPENINGS = {
        "TLS": bytes.fromhex("16030100c8010000c40303") + bytes(range(40, 200)),
        "PROXY": b"PROXY TCP4 192.0.2.1 192.0.2.2 4000 514\r\n<13>hello\n",
        "PROXY 2": b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(12)
                   + b"<13>hello\n",
    }

    def test_another_protocol_is_closed_and_nothing_of_it_forwarded(self):
        for name, opening in self.OPENINGS.items():
            with self.subTest(name):
                self.start()
                with connect(self.port) as sock:
                    # Some openings are told by their first bytes.
                    with contextlib.suppress(ConnectionError):
                        for i in range(3):
                            sock.sendall(opening[i:i + 1])
                        sock.sendall(opening[3:])
                    is_closed(sock)
                lines = self.daemon.wait_said("another protocol")
                self.assertEqual(len(lines), 1)
                self.assertIn(name.split()[0], lines[0])
                self.assertIn("in front of", lines[0])
                self.assertEqual(self.daemon.closed("wrong_protocol"), 1)
                self.assertEqual(self.daemon.metric("source_records_total"), 0)
                self.assert_received(b"")
                self.assertEqual(self.daemon.stop(), 0)

    def test_http_goes_on_as_lines(self):
        self.start()
        request = (b"POST /push HTTP/1.1\r\nAuthorization: " + SECRET.encode()
                   + b"\r\n\r\n")
        with connect(self.port) as sock:
            sock.sendall(request)
            self.assert_received(expected(request))
        self.assertIn("HTTP", self.daemon.wait_said("another protocol")[0])

    def test_health_check_that_ends_by_a_reset_is_no_warning(self):
        self.start()
        for i in range(10):
            with connect(self.port) as sock:
                self.daemon.wait_metric(i + 1, "source_connections_total")
                linger(sock)
            wait_until(lambda: self.daemon.closed("error") == i + 1)
        self.assertEqual(self.daemon.stop(), 0)
        self.assertEqual(self.daemon.said(" warn "), [])


if __name__ == "__main__":
    unittest.main()
