"""What `logger` writes arrives redacted, and otherwise as it was written."""
import re
import subprocess
import unittest

import serve_program
from program import HANG_SECONDS, secret
from serve_program import HOST, MARK, free_port
from serve_reference import frames, redact

MESSAGES = "\n".join((
    f"{MARK} user=ana key={secret(1)} done",
    f"\t{MARK}  two spaces, \u00e4\u20ac, {secret(2)}",
    "",
    f"{secret(3)}{secret(4)}",
    f"{MARK} no key") * 3)
FORMATS = (["--rfc3164"], ["--rfc5424"], ["--rfc5424=notime,nohost"])
NETWORK = {
    "tcp": ("--tcp",),
    "tcp counted": ("--tcp", "--octet-count"),
    "udp": ("--udp",),
}
UNIX = {
    "unix": ("--tcp",),
    "unix counted": ("--tcp", "--octet-count"),
    "unixgram": ("--udp",),
    "unixgram of itself": (),
}


def logger(*arguments, message=MESSAGES):
    """Runs it; the records it wrote, which it also tells."""
    done = subprocess.run(["logger", "--stderr", "--size", "8KiB", *arguments],
                          input=message.encode(), stderr=subprocess.PIPE,
                          timeout=HANG_SECONDS, check=True)
    counted = "--octet-count" in arguments
    return [re.sub(rb"^\d+ ", b"", each) if counted else each
            for each in done.stderr.split(b"\n")[:-1]]


class Logger(serve_program.Case):
    def setUp(self):
        super().setUp()
        self.port, self.path = free_port(), self.folder / "log"
        self.datagrams = self.folder / "dev-log"
        self.sinks = {"newline": free_port(), "octet_counting": free_port()}
        self.receivers = {framing: self.receive(port)
                          for framing, port in self.sinks.items()}
        self.daemon = self.serve({
            "sources": {name: {"type": "syslog", "address": address}
                        for name, address in self.addresses().items()},
            "sinks": {framing: {"type": "lines", "inputs": ["*"],
                                "address": f"tcp://{HOST}:{port}",
                                "framing": framing}
                      for framing, port in self.sinks.items()}})

    def addresses(self):
        return {"tcp": f"tcp://{HOST}:{self.port}",
                "udp": f"udp://{HOST}:{self.port}",
                "unix": f"unix://{self.path}",
                "unixgram": f"unixgram://{self.datagrams}"}

    def assert_passed_on(self, written):
        self.assertEqual(len(written), MESSAGES.count("\n") + 1)
        records = [redact(record) for record in written]
        for framing, receiver in self.receivers.items():
            expected = b"".join(frame for record in records
                                for frame in frames(framing, record))
            self.assert_same(receiver.wait_for_bytes(len(expected)), expected)
            for stream in receiver.streams:
                stream.clear()

    def test_records_over_tcp_and_udp_arrive_redacted(self):
        for name, transport in NETWORK.items():
            for form in FORMATS:
                with self.subTest(f"{name} {form}"):
                    self.assert_passed_on(logger(
                        "--server", HOST, "--port", str(self.port),
                        *transport, *form))

    def test_records_over_unix_sockets_arrive_redacted(self):
        for name, transport in UNIX.items():
            path = self.datagrams if "gram" in name else self.path
            for form in [[], *FORMATS]:
                with self.subTest(f"{name} {form}"):
                    self.assert_passed_on(logger(
                        "--socket", str(path), *transport, *form))

    def test_each_secret_and_each_record_is_counted(self):
        written = logger("--socket", str(self.datagrams))
        page = self.daemon.settled(len(written))
        self.assertEqual(page("secrets_total", source="unixgram"), 4 * 3)
        self.assertEqual(page("secrets_total", form="plain"), 4 * 3)
        self.assertEqual(page("source_records_total", source="unixgram"),
                         len(written))
        self.assertEqual(page("delivered_records_total", source="unixgram",
                              sink="newline"), len(written))


class DeadSink(serve_program.Case):
    def test_a_unix_datagram_source_drops_and_counts_and_never_blocks(self):
        path, count = self.folder / "dev-log", 400
        daemon = self.serve({
            "service": {"drain_timeout": "100ms"},
            "sources": {"local": {"type": "syslog", "max_length": "512",
                                  "address": f"unixgram://{path}"}},
            "sinks": {"nobody": {"type": "lines", "inputs": ["local"],
                                 "address": f"tcp://{HOST}:{free_port()}",
                                 "buffer": {"max_size": "4KiB"}}}},
            exit_code=2)
        message = "\n".join([f"{MARK} {secret(1)}"] * count)
        self.assertEqual(len(logger("--socket", str(path), message=message)),
                         count)
        daemon.wait_for("source_records_total", count)
        page = daemon.balanced()
        dropped = page("dropped_records_total", reason="buffer_full")
        self.assertGreater(dropped, 0)
        self.assertEqual(dropped + page("queued_records"), count)
        self.assertEqual(
            page("source_kernel_dropped_datagrams_total"), 0)


if __name__ == "__main__":
    unittest.main()
