"""-i on a file that somebody writes to meanwhile: no line is lost."""
import os
import subprocess
import sys
import unittest

from program import HANG_SECONDS, MASK, PROGRAM, Case, Running, run, secret
from program import wait_until

SECRET = secret("races")
LINES = 3000

# Opens, appends one line, closes, again and again, as a script's `>>` does.
APPENDER = """
import os, sys
path, lines, line = sys.argv[1], int(sys.argv[2]), sys.argv[3]
for number in range(lines):
    with open(path, "ab", buffering=0) as file:
        file.write(f"{number} {line}\\n".encode())
"""


class Races(Case):
    def test_no_line_of_an_appender_is_lost(self):
        path = self.file("app.log", f"begin {SECRET}\n")
        appender = subprocess.Popen([sys.executable, "-c", APPENDER, str(path),
                                     str(LINES), SECRET])
        self.addCleanup(appender.kill)
        done = 0
        while appender.poll() is None:
            result = run("-i", str(path))
            self.assertIn(result.returncode, (0, 2))
            if result.returncode == 0:
                done += 1
            else:
                self.assertRegex(result.stderr.decode(), "is open for writing "
                                 "elsewhere|changed meanwhile")
        self.assertEqual(appender.returncode, 0)
        self.assertEqual(run("-i", str(path)).returncode, 0)
        expected = [f"begin {MASK}"] + [f"{number} {MASK}"
                                        for number in range(LINES)]
        self.assertEqual(path.read_text().splitlines(), expected)
        self.assertEqual(os.listdir(self.folder), ["app.log"])
        self.assertGreater(done, 0)

    def test_no_line_is_lost_when_runs_meet(self):
        """Several -i at once, beside an appender."""
        path = self.file("app.log", f"begin {SECRET}\n")
        appender = subprocess.Popen([sys.executable, "-c", APPENDER, str(path),
                                     str(LINES // 4), SECRET])
        self.addCleanup(appender.kill)
        while appender.poll() is None:
            both = [subprocess.Popen([PROGRAM, "-i", str(path)],
                                     stderr=subprocess.DEVNULL)
                    for _ in range(2)]
            codes = [each.wait(HANG_SECONDS) for each in both]
            self.assertLessEqual(set(codes), {0, 2})
        self.assertEqual(run("-i", str(path)).returncode, 0)
        expected = [f"begin {MASK}"] + [f"{number} {MASK}"
                                        for number in range(LINES // 4)]
        self.assertEqual(path.read_text().splitlines(), expected)
        self.assertEqual(os.listdir(self.folder), ["app.log"])

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
