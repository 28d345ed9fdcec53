"""What the headers and symbols of a release say that it is hardened with."""
import os
import pathlib
import subprocess
import unittest

import program

HARDENED = os.environ.get("CFLT_HARDENED") == "ON"


def readelf(*options):
    return subprocess.run(["readelf", "--wide", *options, program.PROGRAM],
                          stdout=subprocess.PIPE, text=True,
                          check=True).stdout


@unittest.skipUnless(HARDENED, "only a release is hardened")
class Hardening(program.Case):
    def test_program_can_be_loaded_anywhere(self):
        self.assertIn("DYN (Position-Independent", readelf("--file-header"))

    def test_relocations_are_read_only_before_it_runs(self):
        self.assertIn("GNU_RELRO", readelf("--segments"))
        self.assertIn("BIND_NOW", readelf("--dynamic"))

    def test_no_segment_is_writable_and_executable(self):
        segments = [line.split() for line in readelf("--segments").splitlines()
                    if "0x" in line and ("LOAD" in line or "STACK" in line)]
        self.assertGreaterEqual(len(segments), 3)
        for segment in segments:
            self.assertNotIn("RWE", segment)

    def test_stacks_and_library_calls_are_checked(self):
        symbols = readelf("--dyn-syms")
        self.assertIn("__stack_chk_fail", symbols)
        self.assertRegex(symbols, r"__(memcpy|read|recv|poll|vsnprintf)_chk")
        self.assertIn("__glibcxx_assert_fail", symbols)

    def test_no_path_of_the_machine_that_built_it_is_inside(self):
        """Of the program as it is installed: without symbols."""
        top = str(pathlib.Path(__file__).resolve().parents[2])
        stripped = self.folder / "stripped"
        subprocess.run(["strip", "-o", stripped, program.PROGRAM], check=True)
        self.assertNotIn(top.encode(), stripped.read_bytes())


if __name__ == "__main__":
    unittest.main()
