"""What README and help show is what happens.

A ```console block holds commands behind "$ " and what they print; "..." in a
line stands for anything. They run one after the other in one folder that has
an app.log with a canary of each form, and the example sidecar.yaml.
"""
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ["CFLT_REDACT"]).resolve()
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(text):
    """The commands of a text's console blocks, each with what it prints."""
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def matches(expected, actual):
    pattern = re.escape(expected).replace(r"\.\.\.", ".*")
    return re.fullmatch(pattern, actual) is not None


class Documents(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        log = pathlib.Path(self.folder.name) / "app.log"
        canaries = self.run_shell("cflt-redact canary -n 12 --form all --seed 1")
        log.write_text("".join(f"INFO k={line}\n" + "INFO ok\n"
                               for line in canaries.splitlines()))
        (log.parent / "app.log.1").write_text("INFO older\n")
        (log.parent / "app.log.2.gz").write_bytes(gzip.compress(b"INFO oldest"))
        shutil.copy(TOP / "config" / "examples" / "sidecar.yaml", log.parent)

    def run_shell(self, command):
        """Both outputs of a bash command, with the program on its PATH."""
        environment = dict(os.environ)
        environment["PATH"] = f"{PROGRAM.parent}:{os.environ['PATH']}"
        done = subprocess.run(["bash", "-c", command], cwd=self.folder.name,
                              env=environment, timeout=60,
                              stdin=subprocess.DEVNULL, encoding="latin-1",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.stdout

    def test_readme_commands_print_what_it_shows(self):
        shown = list(steps((TOP / "README.md").read_text()))
        self.assertGreater(len(shown), 5)
        for command, output in shown:
            actual = self.run_shell(command)
            self.assertTrue(matches(output, actual),
                            f"{command}\nshown:\n{output}\nis:\n{actual}")

    def test_examples_of_the_help_are_accepted(self):
        for help_of in ("cflt-redact --help", "cflt-redact canary --help"):
            examples = re.findall(r"^  (cflt-redact .*?)  +\S",
                                  self.run_shell(help_of), re.MULTILINE)
            self.assertGreaterEqual(len(examples), 2)
            for example in examples:
                done = self.run_shell(f"set -o pipefail; ({example}) "
                                      "< app.log; echo exit=$?")
                self.assertRegex(done, r"exit=[01]\n\Z", example)
                self.assertNotIn("cflt-redact: ", done)

    def test_every_form_is_in_readme_and_specification(self):
        forms = re.search(r"of: all,(\S+)", self.run_shell("cflt-redact --help"))
        for form in forms.group(1).split(","):
            for page in ("README.md", "docs/language.md"):
                self.assertIn(form, (TOP / page).read_text(), page)


if __name__ == "__main__":
    unittest.main()
