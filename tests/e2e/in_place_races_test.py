"""-i on a file that somebody writes to meanwhile: no line is lost."""
import collections
import os
import subprocess
import sys
import unittest

from program import HANG_SECONDS, MASK, PROGRAM, Case, Running, run, secret
from program import wait_until

SECRET = secret("races")
RUNS = 30

# Opens, appends one line, closes, as a script's `>>` does, until its stdin
# ends; then says how many lines that were. What it does in between takes about
# as long as a run, so that every order of the two happens.
APPENDER = """
import os, random, select, sys, time
path, line, number = sys.argv[1], sys.argv[2], 0
while not select.select([0], [], [], random.random() / 50)[0]:
    with open(path, "ab", buffering=0) as file:
        file.write(f"{number} {line}\\n".encode())
    number += 1
print(number)
"""


class Races(Case):
    def setUp(self):
        super().setUp()
        self.path = self.file("app.log", f"begin {SECRET}\n")

    def append_while(self, act):
        """Calls `act` beside an appender; no line may be lost."""
        appender = subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(self.path), SECRET],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with appender:
            for _ in range(RUNS):
                act()
            count = int(appender.communicate(timeout=HANG_SECONDS)[0])
        self.assertEqual(run("-i", str(self.path)).returncode, 0)
        expected = [f"begin {MASK}"] + [f"{number} {MASK}"
                                        for number in range(count)]
        self.assertEqual(self.path.read_text().splitlines(), expected)
        self.assertEqual(os.listdir(self.folder), ["app.log"])

    def test_no_line_of_an_appender_is_lost(self):
        ends = collections.Counter()

        def redact_once():
            done = run("-i", str(self.path))
            ends[done.returncode, done.stderr.rpartition(b": ")[2]] += 1
        self.append_while(redact_once)
        self.assertLessEqual(set(ends), {
            (0, b""), (2, b"is open for writing elsewhere\n"),
            (2, b"changed meanwhile; it is left as it was\n")})
        self.assertIn((0, b""), ends)

    def test_no_line_is_lost_when_runs_meet(self):
        def redact_twice():
            both = [subprocess.Popen([PROGRAM, "-i", str(self.path)],
                                     stderr=subprocess.DEVNULL)
                    for _ in range(2)]
            self.assertLessEqual({each.wait(HANG_SECONDS) for each in both},
                                 {0, 2})
        self.append_while(redact_twice)

    def test_opening_it_for_writing_stops_the_run(self):
        """The opener waits for the lease, not longer than a chunk takes."""
        content = f"{SECRET}\n".encode() + bytes(1 << 30)
        path = self.folder / "app.log"
        with open(path, "wb") as file:
            file.write(content[:100])
            file.truncate(len(content))
        with Running("-i", str(path)) as app:
            wait_until(lambda: len(os.listdir(self.folder)) == 2)
            with open(path, "ab") as file:
                file.write(b"appended\n")
            done = app.finish()
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (2, f"cflt-redact: {path}: changed meanwhile; it is "
                          "left as it was\n"))
        with open(path, "rb") as file:
            self.assertTrue(file.read(100).startswith(SECRET.encode()))
            file.seek(-9, os.SEEK_END)
            self.assertEqual(file.read(), b"appended\n")
        self.assertEqual(os.listdir(self.folder), ["app.log"])

    def test_another_file_of_that_name_is_not_replaced(self):
        """Log rotation in the middle of a run."""
        path = self.folder / "app.log"
        with open(path, "wb") as file:
            file.write(f"{SECRET}\n".encode())
            file.truncate(1 << 29)
        with Running("-i", str(path)) as app:
            wait_until(lambda: len(os.listdir(self.folder)) == 2)
            os.rename(path, self.folder / "app.log.1")
            self.file("app.log", "new\n")
            done = app.finish()
        self.assertEqual(done.returncode, 2)
        self.assertIn("changed meanwhile", done.stderr.decode())
        self.assertEqual(path.read_bytes(), b"new\n")
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["app.log", "app.log.1"])


if __name__ == "__main__":
    unittest.main()
