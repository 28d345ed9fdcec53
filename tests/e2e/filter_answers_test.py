"""What the program says of itself, and that the environment has no say."""
import os
import re
import unittest

import program
import ways
from program import Terminal, leaks, run, secret


class Answers(program.Case):
    def test_help_starts_with_what_it_is_and_has_examples_first(self):
        for args, first in ((["--help"], "Redacts Confluent Cloud API secrets"),
                            (["-h"], "Redacts Confluent Cloud API secrets"),
                            (["canary", "--help"], "Prints fake secrets")):
            done = run(*args)
            text = done.stdout.decode()
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertTrue(text.startswith(first), text[:80])
            self.assertLess(text.index("Examples:"), text.index("Options:"))

    def test_help_names_every_option(self):
        text = run("--help").stdout.decode()
        for option in ("--output", "--mask", "--mismatch", "--truncated",
                       "--check", "--stats", "--ignore-interrupts",
                       "--line-buffered", "--version"):
            self.assertIn(option, text)
        self.assertNotIn("--forms", text)
        self.assertTrue(set(ways.WAYS) <= set(re.split(
            r"[\s,;]+", run("canary", "--help").stdout.decode())))

    def test_version_names_what_decides_what_is_found(self):
        done = run("--version")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertRegex(done.stdout, rb"\Acflt-redact [0-9]+(\.[0-9]+){2} ")
        for library in b"Hyperscan", b"SIMD", b"ISA-L", b"Boost":
            self.assertRegex(done.stdout, rb"\b%s [0-9A-Za-z]" % library)

    def test_answer_that_cannot_be_written_is_an_error(self):
        for args in ["--help"], ["--version"], ["canary", "--help"]:
            with open("/dev/full", "wb") as full:
                self.assertEqual(run(*args, stdout=full).returncode, 2)

    def test_help_needs_no_stdin(self):
        for args in ["--help"], ["--version"]:
            with Terminal() as terminal:
                done = run(*args, stdin=terminal.its)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.assertNotEqual(done.stdout, b"")


class Environment(program.Case):
    CHANGES = (
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}, {"LC_ALL": "C"},
        {"LC_ALL": "C.UTF-8", "TZ": "Asia/Kolkata"}, {"LC_ALL": "none such"},
        {"SPDLOG_LEVEL": "off", "CFLT_REDACT_FORMS": "hex", "TERM": "dumb"},
        {"CLICOLOR_FORCE": "1", "NO_COLOR": "1", "COLUMNS": "9"},
        {"POSIXLY_CORRECT": "1"})

    def outcome(self, args, data, environment):
        done = run(*args, data=data, env=environment)
        return done.returncode, done.stdout, done.stderr

    def test_environment_makes_no_difference(self):
        data = b"\xc4\xb0\xff " + b"\n".join(
            write(secret(130)) for write in ways.WAYS.values())
        for args in (["-", "no such file"], ["--check", "-"],
                     ["--chekc"], ["--help"], ["--version"]):
            usual = self.outcome(args, data, os.environ)
            self.assertNotEqual(usual, (0, b"", b""))
            self.assertEqual(leaks(usual[1], secret(130)), [])
            for change in self.CHANGES:
                changed = self.outcome(args, data, {**os.environ, **change})
                self.assertEqual(changed, usual, change)


if __name__ == "__main__":
    unittest.main()
