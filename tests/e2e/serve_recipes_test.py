"""The pages of docs/recipes, as a reader would copy them."""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import unittest

import program
import serve_program
import serve_recipes
from program import HANG_SECONDS, run, secret
from serve_faults_systemd_test import LAUNCHER
from serve_program import MARK, send
from serve_recipes import (BLOCK, OURS, RECIPES, RSYSLOG_TAKES, blocks,
                           counted)
from serve_reference import redact, secrets

PAGES = sorted(RECIPES.glob("*.md"))
# Of the filter or exec alone; their tests are recipes_*_test.py.
WITHOUT_DAEMON = {"README", "apache", "fluentd", "jobs", "systemd"}
UNITS = "/etc/systemd/system/"
COUNT = 500
SENT = [
    f"<13>1 2025-10-09T08:53:20Z host app 1 - - {MARK} {number:04} "
    f"key={secret(number % 7)} end".encode() for number in range(COUNT)]


class Pages(serve_program.Case):
    def test_every_page_with_the_daemon_shows_a_valid_configuration(self):
        for page in PAGES:
            if page.stem in WITHOUT_DAEMON:
                self.assertNotIn(OURS, page.read_text())
                continue
            for number, text in enumerate(blocks(page.name, OURS)):
                with self.subTest(f"{page.name}, {number}"):
                    path = self.file("config.yaml", text)
                    done = run("validate", "-c", str(path))
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertNotIn(b"warning", done.stdout + done.stderr)

    def test_the_index_names_every_page(self):
        index = (RECIPES / "README.md").read_text()
        for page in PAGES:
            self.assertTrue(page.name == "README.md"
                            or f"]({page.name})" in index, page.name)

    def test_a_page_whose_shipper_is_not_run_says_so(self):
        for page in PAGES:
            text = page.read_text()
            if page.stem in ("docker", "fluent-bit", "fluentd", "vector",
                             "logstash", "opentelemetry"):
                self.assertIn("Not run by our tests", text, page.name)


class Case(serve_recipes.Case):
    def assert_written(self, count=COUNT):
        """Each record once, in whatever format, and each secret masked."""
        serve_program.wait_until(
            lambda: self.written.exists()
            and self.written.read_bytes().count(b" end\n") >= count)
        got = self.written.read_bytes()
        self.assertEqual(secrets(got), [])
        wanted = [redact(each)[each.index(MARK.encode()):] + b"\n"
                  for each in SENT[:count]]
        self.assertEqual(
            sorted(re.findall(rf"{MARK}.* end\n".encode(), got)), wanted)


class Shippers(Case):
    def test_rsyslog_sends_all_out_and_takes_it_back(self):
        self.assert_round_trip("rsyslog.md", self.rsyslog)

    def test_syslog_ng_sends_all_out_and_takes_it_back(self):
        self.assert_round_trip("syslog-ng.md", self.syslog_ng)

    def assert_round_trip(self, page, shipper):
        daemon = self.serve_page(page)
        shipper()
        send(self.entry, counted(SENT))
        self.assert_written()
        self.assertGreaterEqual(
            daemon.settled(COUNT)("delivered_records_total"), COUNT)

    def test_rsyslogs_mmexternal_passes_on_what_it_should_have_masked(self):
        """The reason why the page warns of it."""
        self.rsyslog_alone('module(load="mmexternal")\naction('
                           f'type="mmexternal" binary="{program.PROGRAM}")')
        send(self.twin_entry, counted(SENT[:1]))
        program.wait_until(lambda: self.twin.exists()
                           and b" end\n" in self.twin.read_bytes())
        self.assertNotEqual(secrets(self.twin.read_bytes()), [])


class Systemd(Case):
    """The sockets of journald.md, handed over as a manager would."""

    def serve_with(self, number, name):
        """The page's configuration, with its socket; the socket's path."""
        path = str(self.folder / "socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
            made.bind(path)
            # As syslog.socket has it: each datagram brings its sender's ids.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            high = os.dup2(made.fileno(), 100)
        self.addCleanup(os.close, high)
        self.serve_page("journald.md", number, pass_fds=[high], launcher=[
            sys.executable, "-c", LAUNCHER, json.dumps([[name, high]])])
        return path

    def assert_logged(self, path):
        done = subprocess.run(
            ["logger", "--socket", path, f"{MARK} 0000 key={secret(0)} end"],
            timeout=HANG_SECONDS)
        self.assertEqual(done.returncode, 0)
        self.assert_written(1)

    def test_rsyslog_takes_what_a_service_logs(self):
        self.rsyslog(RSYSLOG_TAKES)
        unit = blocks("journald.md", f"# {UNITS}cflt-redact-local.socket")[0]
        name = re.search("^FileDescriptorName=(.*)$", unit, re.M)[1]
        self.assert_logged(self.serve_with(0, name))

    def test_rsyslog_takes_what_journald_forwards(self):
        self.rsyslog(RSYSLOG_TAKES)
        self.assert_logged(self.serve_with(1, "syslog.socket"))

    @unittest.skipUnless(shutil.which("systemd-analyze"),
                         "systemd is not installed")
    def test_units_are_well_formed(self):
        """All at once, beside the shipped unit and systemd's own socket."""
        text = (RECIPES / "journald.md").read_text()
        shipped = RECIPES.parents[1] / "systemd" / "cflt-redact.service"
        self.unit("cflt-redact.service", shipped.read_text())
        self.unit("app.service", "[Service]\nExecStart=/usr/bin/app\n")
        self.unit("syslog.socket",
                  "[Socket]\nListenDatagram=/run/systemd/journal/syslog\n")
        for number, (line, body) in enumerate(BLOCK.findall(text)):
            if line.startswith(f"# {UNITS}"):
                name = line.removeprefix(f"# {UNITS}")
                self.unit(name.replace(".conf", f"-{number}.conf"), body)
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no",
             "--recursive-errors=no", *map(str, self.folder.glob("*.s[eo]*[et]"))],
            env={**os.environ, "SYSTEMD_UNIT_PATH": f"{self.folder}:"},
            capture_output=True, text=True, timeout=HANG_SECONDS)
        # A misspelt key is only a warning to it.
        self.assertNotIn(str(self.folder), done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_pipe_of_a_service_ends_with_the_status_of_the_application(self):
        page = (RECIPES / "journald.md").read_text()
        command = re.search("^ExecStart=/bin/bash -c '(.*)'$", page, re.M)[1]
        app = self.file("app", f"echo {secret(0)}; echo last >&2; exit 3\n")
        for documented, here in (("/usr/bin/app", f"sh {app}"),
                                 ("/usr/bin/cflt-redact", program.PROGRAM)):
            self.assertIn(documented, command)
            command = command.replace(documented, here)
        done = subprocess.run(["bash", "-c", command], capture_output=True,
                              timeout=HANG_SECONDS)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (3, b"cflt****\nlast\n", b""))

    def unit(self, name, text):
        """What it starts need not be installed."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(re.sub("/usr/bin/(cflt-redact|app)", "/bin/true",
                               text))


if __name__ == "__main__":
    unittest.main()
