"""Real programs before and behind the daemon: nothing is lost or raw."""
import re
import unittest

import serve_program
from program import secret, wait_until
from serve_program import HOST, MARK, free_port, peers, send
from serve_reference import redact, secrets

SHIPPERS = {"rsyslog": peers.rsyslog, "syslog-ng": peers.syslog_ng}
FRAMINGS = ("newline", "octet_counting")
COUNT = 10000
KEYS = [secret(number) for number in range(20)]


def message(number):
    """RFC 5424, numbered; each third holds a secret."""
    key = f" key={KEYS[number % 20]}" if number % 3 == 0 else ""
    return (f"<13>1 2025-10-09T08:53:20Z host app 1 - - {MARK} {number:06}"
            f"{key} end").encode()


def lines(count, start=0):
    return b"".join(message(number) + b"\n"
                    for number in range(start, start + count))


class Shippers(serve_program.Case):
    def setUp(self):
        super().setUp()
        self.port, self.out = free_port(), free_port()
        self.path = self.folder / "received"

    def serve_between(self, framing="newline", scheme="tcp", where=None):
        return self.serve({
            "sources": {"app": {
                "type": "syslog",
                "address": where or f"{scheme}://{HOST}:{self.port}"}},
            "sinks": {"shipper": {"type": "lines", "inputs": ["app"],
                                  "address": f"tcp://{HOST}:{self.out}",
                                  "framing": framing}}})

    def assert_delivered(self, daemon, count):
        page = daemon.settled(count)
        self.assertEqual(page("source_records_total"), count)
        self.assertEqual(page("delivered_records_total"), count)


class Between(Shippers):
    """A shipper, the daemon, a shipper: both of both, in both framings."""

    def test_every_message_of_one_arrives_redacted_at_the_other(self):
        for first, sender in SHIPPERS.items():
            for last, receiver in SHIPPERS.items():
                for came, goes in (FRAMINGS, FRAMINGS[::-1]):
                    with self.subTest(f"{first} {came} to {last} {goes}"):
                        self.assert_chain(sender, came, receiver, goes)

    def assert_chain(self, sender, came, receiver, goes):
        Shippers.setUp(self)
        entry, sent = free_port(), lines(2000)
        with receiver(peers.tcp(self.out, goes), peers.file(self.path)):
            daemon = self.serve_between(goes)
            with sender(peers.tcp(entry), peers.tcp(self.port, came)):
                send(entry, sent)
                self.assert_file(self.path, redact(sent))
            self.assert_delivered(daemon, 2000)


class Loggen(Shippers):
    """10,000 messages of syslog-ng's generator, which counts them."""

    def setUp(self):
        super().setUp()
        self.input = self.file("input", lines(COUNT))
        self.receiver = self.receive(self.out)

    def loggen(self, *arguments):
        done = peers.loggen("--number", str(COUNT), "--rate", "1000000",
                            "--read-file", str(self.input), "--dont-parse",
                            *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)

    def assert_all_came(self, daemon):
        expected = redact(lines(COUNT))
        self.receiver.wait_for_bytes(len(expected))
        got = self.receiver.data()
        self.assertEqual(got.count(b"\n"), COUNT)
        self.assert_same(got, expected)
        self.assert_delivered(daemon, COUNT)

    def test_over_tcp_all_arrive(self):
        for more in [], ["--syslog-proto"]:
            with self.subTest(f"{more}"):
                self.port, self.out = free_port(), free_port()
                self.receiver = self.receive(self.out)
                daemon = self.serve_between()
                self.loggen("--inet", "--stream", *more, HOST, str(self.port))
                self.assert_all_came(daemon)

    def test_over_a_unix_stream_all_arrive(self):
        path = self.folder / "log"
        daemon = self.serve_between(where=f"unix://{path}")
        self.loggen("--unix", str(path), "--stream")
        self.assert_all_came(daemon)

    def test_over_unix_datagrams_all_arrive(self):
        path = self.folder / "log"
        daemon = self.serve_between(where=f"unixgram://{path}")
        self.loggen("--unix", str(path), "--dgram")
        self.assert_all_came(daemon)

    def test_over_udp_what_does_not_arrive_is_counted(self):
        daemon = self.serve_between(scheme="udp")
        self.loggen("--inet", "--dgram", HOST, str(self.port))

        def came():
            page = daemon.metrics()
            return COUNT == page("source_records_total") + page(
                "source_kernel_dropped_datagrams_total")
        wait_until(came)
        count = int(daemon.settled()("delivered_records_total"))
        self.receiver.wait_for(lambda r: r.data().count(b"\n") == count)
        got = self.receiver.data()
        self.assertEqual(secrets(got), [])
        numbers = re.findall(rf"{MARK} (\d+)".encode(), got)
        self.assertEqual(numbers, sorted(set(numbers)))


class Relays(Shippers):
    def test_haproxy_before_and_behind_changes_nothing(self):
        entry, exit_port = free_port(), free_port()
        receiver = self.receive(exit_port)
        self.start(peers.haproxy(self.out, exit_port))
        daemon = self.serve_between("octet_counting")
        self.start(peers.haproxy(entry, self.port))
        sent = lines(COUNT)
        send(entry, sent)
        expected = b"".join(b"%d %s" % (len(each), each)
                            for each in redact(sent).split(b"\n")[:-1])
        self.assert_same(receiver.wait_for_bytes(len(expected)), expected)
        self.assert_delivered(daemon, COUNT)

    def test_socat_sends_a_file_and_writes_what_comes(self):
        source = self.file("source", lines(COUNT))
        self.start(peers.socat("-u", f"TCP-LISTEN:{self.out},bind={HOST}",
                               f"CREATE:{self.path}",
                               listens=[peers.tcp(self.out)]))
        daemon = self.serve_between()
        with peers.socat("-u", f"FILE:{source}",
                         f"TCP:{HOST}:{self.port}") as sender:
            self.assertEqual(sender.wait(), 0)
        self.assert_file(self.path, redact(lines(COUNT)))
        self.assert_delivered(daemon, COUNT)

    def test_socat_sends_datagrams_to_a_unix_socket(self):
        path = self.folder / "log"
        receiver = self.receive(self.out)
        daemon = self.serve_between(where=f"unixgram://{path}")
        source = self.file("source", message(0))
        with peers.socat("-u", f"FILE:{source}", f"UNIX-SENDTO:{path}") as it:
            self.assertEqual(it.wait(), 0)
        expected = redact(message(0)) + b"\n"
        self.assert_same(receiver.wait_for_bytes(len(expected)), expected)
        self.assert_delivered(daemon, 1)


if __name__ == "__main__":
    unittest.main()
