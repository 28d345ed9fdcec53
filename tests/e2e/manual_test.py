"""The manual page of keys and metrics is what the program itself says."""
import pathlib
import subprocess
import unittest

import program
from program import HANG_SECONDS, PROGRAM

TOP = pathlib.Path(__file__).resolve().parents[2]


class Manual(program.Case):
    def test_it_is_up_to_date(self):
        done = subprocess.run(
            [TOP / "scripts" / "make-manual", PROGRAM, "--check"],
            capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
        self.assertEqual((done.stderr, done.returncode), ("", 0))


if __name__ == "__main__":
    unittest.main()
