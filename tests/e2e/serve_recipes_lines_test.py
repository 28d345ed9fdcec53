"""rsyslog and syslog-ng write the same lines with the daemon and without."""
import re
import signal
import time
import unittest

import program
import serve_recipes
from program import secret
from serve_program import MARK, peers, send
from serve_recipes import counted
from serve_reference import redact

# The default pause of both before they connect again is longer.
PATIENCE_SECONDS = 25
HEAD = b"<38>Oct  9 08:53:20 web7 "
WITHIN = b"<165>1 2025-10-09T08:53:20.123Z host.example.org "
KEY = secret(1).encode()
MESSAGES = [
    HEAD + b"sshd[123]: key=" + KEY + b" of a process",
    HEAD + b"sshd: without a process",
    HEAD + b"sshd[123]:without a space",
    HEAD + b"sshd[123]:   three spaces",
    HEAD + b"sshd without a colon",
    HEAD + b"a/b.c-d[1]: a path as the tag",
    HEAD + b": a colon as the tag",
    HEAD + b"5 begins with a digit, key=" + KEY,
    HEAD + b"<13>looks like a priority",
    HEAD + b"sshd[123]: ",
    HEAD + b"sshd[123]:",
    HEAD,
    HEAD + b"app: tab\tbell\a return\r key=" + KEY,
    HEAD + b"app: literally #012 #033 #033[1m %msg% $MSG \\ \" '",
    HEAD + "app: grüße, 日本語".encode(),
    HEAD + b"app: long " + b"x" * 20000 + KEY,
    HEAD + b"app: as long as may be " + b"y" * 65300,
    HEAD + b"app: not UTF-8 \xff\x80, NUL \0 and a line feed at the end\n",
    HEAD + b"app: two\n" + HEAD + b"root: forged",
    HEAD + b"a\nb[1]: two in the tag",
    b"<38>Oct  9 08:53:20 sshd[5]: without a host",
    b"<38>2025-10-09T08:53:20.123+02:00 db.example.org app[1]: another zone",
    b"<0>Oct  9 08:53:20 web7 kernel: the least priority",
    b"<38>Oct  9 08:53:20 10.0.0.1 app: an address as the host",
    b"<38>Oct  9 08:53:20 [::1] app: another",
    b"<38>Oct  9 08:53:20 " + b"h" * 300 + b" app: a long host",
    HEAD + b"t" * 200 + b": a long tag",
    HEAD + b"app[1] no colon behind a process, key=" + KEY,
    HEAD + b" two spaces before a tag: key=" + KEY,
    b"<38>Oct  9 08:53:20.123 web7 app: with milliseconds",
    b"<38>Oct  9 2025 08:53:20 web7: as some devices write",
    WITHIN + b'app 77 ID47 [ex@32473 a="3" b="q\\"x\\]"][k@1 k="' + KEY
    + b'"] structured',
    WITHIN + b"app 77 - - \xef\xbb\xbfafter a byte order mark",
    WITHIN + b"app 77 - -   leading spaces",
    WITHIN + b"app 77 - - two\n" + WITHIN + b"app 77 - - forged",
    WITHIN + b'app 77 - [k@1 k="two\nlines"] in structured data',
    WITHIN + b"app - - - without a process",
    WITHIN + b"- - - - without a program",
    WITHIN + b"app 77 - -",
    b"<165>1 2025-10-09T08:53:20Z - app 77 - - without a host",
    b"5 begins with a digit and has no header",
    b"no header, key=" + KEY,
    b"<38>sshd[5]: only a priority",
    HEAD + b"app: the last",
]
RED, PLAIN = b"\x1b[31m", b"\x1b[0m"
# What is stamped at its arrival arrives twice.
NOW = re.compile(rb"(\d{4}-\d\d-\d\d|[A-Z][a-z]{2} [ \d]\d)[T ](?!08:53:20)"
                 rb"\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


class Lines(serve_recipes.Case):
    def lines(self, path):
        return NOW.sub(b"NOW", path.read_bytes()).split(b"\n")

    def assert_same_lines(self, mask=redact):
        """Of the page and of its twin, but for the masks."""
        for ending in "", ".all":
            page, twin = (path.with_name(path.name + ending)
                          for path in (self.written, self.twin))
            for path in page, twin:
                program.wait_until(lambda: path.exists() and re.search(
                    rb"the last.*\n", path.read_bytes()))
            expected = mask(b"\n".join(self.lines(twin))).split(b"\n")
            self.assertEqual(self.lines(page), expected)

    def send(self, messages):
        for entry in self.twin_entry, self.entry:
            send(entry, counted(messages))

    def test_rsyslog_writes_the_same_lines(self):
        self.rsyslog_alone()
        self.serve_page("rsyslog.md")
        self.rsyslog()
        self.send(MESSAGES)
        self.assert_same_lines()
        self.assertEqual(self.written.read_bytes().count(b"\n"),
                         len(MESSAGES))

    def test_syslog_ng_writes_the_same_lines(self):
        self.syslog_ng_alone()
        self.serve_page("syslog-ng.md")
        self.syslog_ng()
        self.send(MESSAGES)
        self.assert_same_lines()

    def test_rsyslog_hides_no_secret_behind_the_escapes_of_colours(self):
        self.rsyslog_alone()
        self.serve_page("rsyslog.md")
        self.rsyslog()
        self.send([HEAD + b"app: " + KEY[:30] + RED + KEY[30:] + PLAIN,
                   HEAD + b"app: the last"])
        self.assert_same_lines(lambda text: text.replace(
            KEY[:30] + b"#033[31m" + KEY[30:], b"cflt****#033[31m"))


class Restart(serve_recipes.Case):
    """Who sends notices that the daemon is gone, and when it is back."""

    def test_rsyslog_goes_on_soon_after_a_restart_of_the_daemon(self):
        self.assert_goes_on("rsyslog.md", self.rsyslog)

    def test_syslog_ng_goes_on_soon_after_a_restart_of_the_daemon(self):
        self.assert_goes_on("syslog-ng.md", self.syslog_ng)

    def assert_goes_on(self, page, shipper):
        daemon = self.serve_page(page, exit_code=-signal.SIGKILL)
        shipper()
        self.log("before")
        program.wait_until(lambda: self.is_written("before"))
        daemon.process.kill()
        daemon.process.wait()
        program.wait_until(self.has_hung_up)
        self.serve_page(page)
        self.log("after")
        deadline = time.monotonic() + PATIENCE_SECONDS
        program.wait_until(lambda: self.is_written("after")
                           or time.monotonic() > deadline)
        self.assertTrue(self.is_written("after"))

    def log(self, text):
        send(self.entry, counted([HEAD + f"app: {MARK} {text}".encode()]))

    def is_written(self, text):
        return (self.written.exists()
                and f"{MARK} {text}\n".encode() in self.written.read_bytes())

    def has_hung_up(self):
        """It notices when it writes, and then tries once at least."""
        self.log("meanwhile")
        time.sleep(0.05)
        return not any(int(row[2].rpartition(":")[2], 16) == self.port
                       for row in peers.socket_rows("tcp"))


if __name__ == "__main__":
    unittest.main()
