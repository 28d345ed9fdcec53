"""The pages of docs/recipes, as a reader would copy them."""
import pathlib
import re
import subprocess
import unittest

import serve_program
from program import HANG_SECONDS, run, secret
from serve_program import HOST, MARK, free_port, peers, send
from serve_reference import redact, secrets

RECIPES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "recipes"
PAGES = sorted(RECIPES.glob("*.md"))
BLOCK = re.compile(r"^```\w*\n(# .*)\n((?:.*\n)*?)```$", re.M)
OURS = "# cflt-redact: config.yaml"
OUT, BACK, TAKE = ":5514", ":10514", ":5170"  # as the pages say
COUNT = 500
SENT = b"".join(
    f"<13>1 2025-10-09T08:53:20Z host app 1 - - {MARK} {number:04} "
    f"key={secret(number % 7)} end\n".encode() for number in range(COUNT))


def blocks(page, first_line):
    """Those of a page whose first line is this."""
    text = (RECIPES / page).read_text()
    found = [body for line, body in BLOCK.findall(text)
             if line.startswith(first_line)]
    if not found:
        raise AssertionError(f"{page}: no block {first_line}")
    return found


class Pages(serve_program.Case):
    def test_every_page_but_the_index_shows_a_valid_configuration(self):
        for page in PAGES:
            if page.name == "README.md":
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
            if page.stem in ("fluent-bit", "vector", "logstash",
                             "opentelemetry"):
                self.assertIn("Not run by our tests", text, page.name)


class Shippers(serve_program.Case):
    """The blocks run as they are, but for ports and paths."""

    def setUp(self):
        super().setUp()
        self.port, self.back, self.entry = (free_port() for _ in range(3))
        self.written = self.folder / "written"

    def adapt(self, text):
        for documented, mine in (
                (f"{HOST}{OUT}", f"{HOST}:{self.port}"),
                (f"{HOST}{BACK}", f"{HOST}:{self.back}"),
                (f"{HOST}{TAKE}", f"{HOST}:{self.back}"),
                ('port="5514"', f'port="{self.port}"'),
                ('port="10514"', f'port="{self.back}"'),
                ('port="5170"', f'port="{self.back}"'),
                ("port(5514)", f"port({self.port})"),
                ("port(10514)", f"port({self.back})"),
                ("/var/log/syslog", str(self.written)),
                ("/var/log/apps.log", str(self.written)),
                ("/run/cflt-redact", str(self.folder)),
                ("/run/systemd/journal", str(self.folder))):
            text = text.replace(documented, mine)
        return text

    def rsyslog(self, block, more=""):
        text = ('global(workDirectory="{folder}")\n'
                + self.adapt(blocks("rsyslog.md", block)[0]))
        return self.start(peers.Peer(
            "rsyslogd", [peers.tcp(self.back)],
            {"rsyslog.conf": text.replace("# Everything else", more + "\n#")},
            "-n", "-i", "{folder}/pid", "-f", "{folder}/rsyslog.conf",
            "-M", str(peers.LIBRARIES / "rsyslog")))

    def syslog_ng(self):
        source = (f'@version: 3.38\nsource s_src {{ network(ip("{HOST}") '
                  f'port({self.entry}) flags(syslog-protocol)); }};\n')
        text = source + self.adapt(blocks(
            "syslog-ng.md", "# /etc/syslog-ng/conf.d/cflt-redact.conf")[0])
        return self.start(peers.Peer(
            "syslog-ng", [peers.tcp(self.back), peers.tcp(self.entry)],
            {"syslog-ng.conf": text}, "-F", "--no-caps",
            "-f", "{folder}/syslog-ng.conf", "-R", "{folder}/persist",
            "-c", "{folder}/control", "-p", "{folder}/pid",
            f"--module-path={peers.SYSLOG_NG_LIBRARIES / '3.38'}"))

    def serve_page(self, page, number=0):
        return self.serve(self.adapt(blocks(page, OURS)[number]))

    def assert_written(self, count=COUNT):
        """Each record once, in whatever format, and each secret masked."""
        serve_program.wait_until(
            lambda: self.written.exists()
            and self.written.read_bytes().count(b" end\n") >= count)
        got = self.written.read_bytes()
        self.assertEqual(secrets(got), [])
        wanted = re.findall(rf"{MARK}.* end\n".encode(), redact(SENT))[:count]
        self.assertEqual(
            sorted(re.findall(rf"{MARK}.* end\n".encode(), got)), wanted)

    def test_rsyslog_sends_all_out_and_takes_it_back(self):
        daemon = self.serve_page("rsyslog.md")
        self.rsyslog(
            "# /etc/rsyslog.d/10-cflt-redact.conf",
            f'input(type="imptcp" address="{HOST}" port="{self.entry}")')
        send(self.entry, SENT)
        self.assert_written()
        self.assertGreaterEqual(
            daemon.settled(COUNT)("delivered_records_total"), COUNT)

    def test_rsyslog_takes_what_the_sidecar_sends(self):
        self.rsyslog("# /etc/rsyslog.d/10-from-cflt-redact.conf")
        self.serve_page("journald.md")
        done = subprocess.run(
            ["logger", "--socket", str(self.folder / "log.sock"),
             f"{MARK} 0000 key={secret(0)} end"], timeout=HANG_SECONDS)
        self.assertEqual(done.returncode, 0)
        self.assert_written(1)

    def test_syslog_ng_sends_all_out_and_takes_it_back(self):
        daemon = self.serve_page("syslog-ng.md")
        self.syslog_ng()
        send(self.entry, SENT)
        self.assert_written()
        self.assertGreaterEqual(
            daemon.settled(COUNT)("delivered_records_total"), COUNT)


if __name__ == "__main__":
    unittest.main()
