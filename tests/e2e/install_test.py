"""What `cmake --install` installs: complete, without documents for developers,
and with no path in it that leads nowhere."""
import os
import pathlib
import re
import subprocess
import unittest
from urllib.parse import unquote

import program
from program import HANG_SECONDS

BUILD = pathlib.Path(program.PROGRAM).parents[1]
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)")
SCHEMA = re.compile(r"\$schema=(\S+)")
PREFIX = re.compile(r"CMAKE_INSTALL_PREFIX:PATH=(.+)")
SYSTEM = ("/bin/kill", "/etc/cflt-redact/config.yaml")  # not ours to install


class Install(program.Case):
    def setUp(self):
        super().setUp()
        done = subprocess.run(
            ["cmake", "--install", str(BUILD)], capture_output=True, text=True,
            env={**os.environ, "DESTDIR": str(self.folder)}, check=False,
            timeout=HANG_SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        cache = (BUILD / "CMakeCache.txt").read_text()
        self.prefix = self.folder / PREFIX.search(cache)[1].lstrip("/")
        self.documents = self.prefix / "share" / "doc" / "cflt-redact"

    def installed(self, pattern):
        return sorted(self.prefix.rglob(pattern))

    def test_each_link_of_a_document_leads_to_a_file(self):
        pages = self.installed("*.md")
        self.assertGreater(len(pages), 15)
        for page in pages:
            for target in LINK.findall(page.read_text()):
                with self.subTest(f"{page.name}: {target}"):
                    self.assertTrue((page.parent / unquote(target)).exists())

    def test_each_example_has_its_schema(self):
        examples = self.installed("examples/*.yaml")
        self.assertGreater(len(examples), 3)
        for example in examples:
            target, = SCHEMA.findall(example.read_text())
            self.assertTrue((example.parent / target).is_file(), example.name)

    def test_alerts_are_beside_their_runbook(self):
        rules = (self.documents / "packaging" / "prometheus" /
                 "cflt-redact.rules.yaml").read_text()
        page, = set(re.findall(r"runbook_url: file:/usr/share/doc/"
                               r"cflt-redact/([^#]+)#", rules))
        self.assertTrue((self.documents / page).is_file())

    def test_each_path_of_a_unit_is_there(self):
        units = [unit for kind in ("service", "socket")
                 for unit in self.installed(f"cflt-redact.{kind}")]
        self.assertEqual(len(units), 2)
        for unit in units:
            text = re.sub(r"(?m)^#.*$", "", unit.read_text())
            for path in re.findall(r"(?:=|\s|file:)(/[\w./-]+)", text):
                if path not in SYSTEM and not path.startswith("/run"):
                    with self.subTest(f"{unit.name}: {path}"):
                        self.assertTrue(
                            (self.folder / path.lstrip("/")).exists())

    def test_program_page_and_completions_are_there(self):
        share = self.prefix / "share"
        for path in (self.prefix / "bin" / "cflt-redact",
                     share / "man" / "man1" / "cflt-redact.1",
                     share / "man" / "man5" / "cflt-redact.5",
                     share / "bash-completion" / "completions" / "cflt-redact",
                     share / "fish" / "vendor_completions.d" /
                     "cflt-redact.fish"):
            self.assertTrue(path.is_file(), path)

    def test_nothing_for_developers_is_there(self):
        names = {path.name for path in self.documents.rglob("*")}
        self.assertLessEqual({"README.md", "LICENSE", "language.md",
                              "cflt-redact.schema.json"}, names)
        for name in ("CONTRIBUTING.md", "HACKING.md", "benchmarks.md",
                     "decisions", "performance.md", "notes.md",
                     "cflt-redact.1.scd"):
            self.assertNotIn(name, names)
        for page in self.installed("*.md"):
            self.assertNotIn("HACKING.md", page.read_text(), page.name)


if __name__ == "__main__":
    unittest.main()
