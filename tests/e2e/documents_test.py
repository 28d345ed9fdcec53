"""What README, docs and help show is what happens.

A ```console block holds commands behind "$ " and what they print; "..." in a
line stands for anything. A page's blocks run one after the other in a folder
that is empty at first, as for somebody who pastes them. A ```sh block of the
README runs as one script and must succeed.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

from serve_program import free_port

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ["CFLT_REDACT"]).resolve()
README = TOP / "README.md"
README_WORDS = 800
PAGES = [README, *sorted((TOP / "docs").glob("*.md"))]
ALL_PAGES = [*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md"),
             *(TOP / "bench").glob("*.md")]
BLOCK = re.compile(r"^```(console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")

# Files that a page tells its reader to copy.
COPIED = {"serve.md": [TOP / "config" / "examples" / "sidecar.yaml"]}
# sh blocks of the README that no test can run, by their first word.
NOT_RUN = {"scripts/run": "builds and installs the program, as root",
           "sudo": "tests/packages installs the package",
           "tar": "tests/packages runs this"}
# Ports that the pages name; a test takes free ones.
PORTS = ("5514",)


def blocks(page, kind):
    return [text for found, text in BLOCK.findall(page.read_text())
            if found == kind]


def steps(page):
    """The commands of a page's console blocks, each with what it prints."""
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def matches(expected, actual):
    pattern = re.escape(expected).replace(r"\.\.\.", ".*")
    return re.fullmatch(pattern, actual) is not None


def anchors(page):
    """The names that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-")
            for each in headings}


class Documents(unittest.TestCase):
    def setUp(self):
        self.folder = self.empty_folder()

    def empty_folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    def run_shell(self, command, folder=None):
        """The exit code, and both outputs, of a bash command with the program
        on its PATH."""
        environment = dict(os.environ)
        environment["PATH"] = f"{PROGRAM.parent}:{os.environ['PATH']}"
        shell = subprocess.Popen(["bash", "-c", command],
                                 cwd=folder or self.folder, env=environment,
                                 stdin=subprocess.DEVNULL, encoding="latin-1",
                                 stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT,
                                 start_new_session=True)
        try:
            said, _ = shell.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGKILL)  # a daemon in the background
            raise
        return shell.returncode, said

    def test_console_blocks_print_what_they_show(self):
        for page in PAGES:
            folder = self.empty_folder()
            for file in COPIED.get(page.name, []):
                shutil.copy(file, folder)
            for command, output in steps(page):
                with self.subTest(f"{page.name}: {command}"):
                    _, actual = self.run_shell(command, folder)
                    self.assertTrue(matches(output, actual),
                                    f"shown:\n{output}\nis:\n{actual}")

    def test_readme_and_verbs_pages_show_commands(self):
        for name in ("README.md", "docs/filter.md", "docs/scan.md",
                     "docs/canary.md", "docs/serve.md"):
            self.assertTrue(list(steps(TOP / name)), name)

    def test_sh_blocks_of_the_readme_succeed_in_an_empty_folder(self):
        run = 0
        for block in blocks(README, "sh"):
            if block.split()[0] in NOT_RUN:
                continue
            run += 1
            for port in PORTS:
                block = block.replace(port, str(free_port()))
            with self.subTest(block):
                code, said = self.run_shell(f"set -e\n{block}")
                self.assertEqual(code, 0, said)
                self.assertIn("cflt****", said)
        self.assertGreater(run, 0)

    def test_readme_is_short(self):
        self.assertLessEqual(len(README.read_text().split()), README_WORDS)

    def test_links_lead_somewhere(self):
        for page in ALL_PAGES:
            for link in LINK.findall(page.read_text()):
                if re.match(r"[a-z]+:", link):
                    continue
                path, _, heading = link.partition("#")
                target = page.parent / path if path else page
                self.assertTrue(target.exists(), f"{page}: {link}")
                if heading:
                    self.assertIn(heading, anchors(target), f"{page}: {link}")

    def test_examples_of_the_help_are_accepted(self):
        self.run_shell("cflt-redact canary -n 14 --form all --seed 1 > app.log;"
                       "echo INFO older > app.log.1;"
                       "echo INFO oldest | gzip > app.log.2.gz")
        for help_of in ("cflt-redact --help", "cflt-redact canary --help"):
            examples = re.findall(r"^  (cflt-redact .*?)  +\S",
                                  self.run_shell(help_of)[1], re.MULTILINE)
            self.assertGreaterEqual(len(examples), 2)
            for example in examples:
                _, done = self.run_shell(f"set -o pipefail; ({example}) "
                                         "< app.log; echo exit=$?")
                self.assertRegex(done, r"exit=[01]\n\Z", example)
                self.assertNotIn("cflt-redact: ", done)

    def test_every_form_is_in_the_specification(self):
        _, text = self.run_shell("cflt-redact canary --help")
        forms = re.search(r"written: all, ([a-z0-9,\s-]+);", text)[1].split(",")
        self.assertEqual(len(forms), 14)
        table = (TOP / "docs" / "language.md").read_text()
        for form in forms:
            self.assertIn(f"\n| `{form.strip()}` |", table)


if __name__ == "__main__":
    unittest.main()
