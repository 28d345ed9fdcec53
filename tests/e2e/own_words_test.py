"""Our own words hold no secret and nothing that a terminal obeys.

Arguments, file names, values of a configuration and of the environment come
from anywhere; whatever we say about them must be safe to show.
"""
import os
import re
import subprocess
import unittest

import program
import ways
from program import HANG_SECONDS, PROGRAM, leaks, run, secret

SECRET = secret(4711)
TERMINAL = "\x1b]0;owned\x07\r\x1b[2J\n\x7f\u009b31m\u202e\u2028"
FORBIDDEN = [c.encode() for c in "\x1b\x07\r\x7f\u009b\u202e\u2028"]
# Some of those that an argument can hold: no NUL. messages_test.cc has all.
FORMS = {name: os.fsdecode(ways.WAYS[name](SECRET))
         for name in ("plain", "json", "percent", "base64", "hex")}


def evil(text):
    return f"a{TERMINAL}{text}{TERMINAL}z"


EVIL = {name: evil(text) for name, text in FORMS.items()}
# Bytes that are not UTF-8, as Python passes them.
EVIL["not UTF-8"] = "a\udc9b31m\udcff" + SECRET


def as_name(text):
    """As a file's name can hold it."""
    return text.replace("\\/", "%2F").replace("/", "%2F")


class OwnWords(program.Case):
    def assert_safe(self, said, lines=None):
        """`said`: what the program wrote apart from data."""
        self.assertEqual(leaks(said, SECRET), [], said)
        for each in FORBIDDEN:
            self.assertNotIn(each, said)
        said.decode()  # is UTF-8
        for line in said.splitlines():
            self.assertFalse(line[:1].isspace(), "a line of somebody else")
        if lines is not None:
            self.assertEqual(said.count(b"\n"), lines, said)

    def assert_refused(self, *args, code=2, lines=2, **options):
        done = run(*args, **options)
        self.assertEqual(done.returncode, code, (args, done.stderr))
        self.assertEqual(done.stdout, b"")
        self.assertNotEqual(done.stderr, b"")
        self.assert_safe(done.stderr, lines)

    def test_words_that_mean_nothing(self):
        for text in EVIL.values():
            for args in ([f"--{text}"], ["serve", text], ["health", text],
                         ["validate", text], ["canary", text],
                         ["completion", text], ["exec", f"--{text}"],
                         ["scan", f"--{text}"], ["serve", f"--{text}=1"],
                         ["canary", f"-{text}"]):
                self.assert_refused(*args, lines=None)

    def test_values_that_mean_nothing(self):
        for text in EVIL.values():
            for args in (["--forms", text], ["--mismatch", text],
                         ["--truncated", text], [f"--stats={text}"],
                         ["canary", "-n", text], ["canary", "--form", text],
                         ["canary", "--seed", text],
                         ["canary", "--run", text, "--seed", "1"],
                         ["canary", "--verify", text, "--seed", "1"],
                         ["health", "--address", text],
                         ["health", "-c", text, "--address", text]):
                self.assert_refused(*args)

    def test_sources_and_sinks_that_mean_nothing(self):
        for text in EVIL.values():
            for args in (["--source", text, "--sink", "stdout"],
                         ["--source", "stdin", "--sink", text],
                         ["--source", "stdin", "--sink", f"lines+tcp://{text}"],
                         ["--source", f"lines+systemd:{text}", "--sink", "stdout"],
                         ["--source", "stdin", "--sink", "stdout", "--admin",
                          text],
                         ["--source", "stdin", "--sink", "stdout", "--workers",
                          text]):
                done = run("serve", *args)
                self.assertNotEqual(done.returncode, 0, args)
                self.assertNotEqual(done.stderr, b"")
                self.assert_safe(done.stderr)

    def test_a_secret_as_an_id_is_refused(self):
        name = SECRET.replace("+", "-").replace("/", "_")
        for option in "--run", "--verify":
            self.assert_refused("canary", option, name, "--seed", "1")

    def test_names_of_files(self):
        for text in EVIL.values():
            name = as_name(text)
            for args in ([name], ["-o", f"{name}/x"], ["--check", name],
                         ["-o", str(self.folder)],
                         ["canary", "--verify", "t", "--seed", "1", name]):
                self.assert_refused(*args, lines=1)

    def test_a_configuration_that_is_missing_or_wrong(self):
        for text in EVIL.values():
            name = as_name(text)
            for verb in "serve", "validate", "health":
                done = run(verb, "-c", name)
                self.assertNotEqual(done.returncode, 0)
                self.assert_safe(done.stderr)
            path = self.folder / name
            path.write_text("sources: {}\n")
            for verb in "serve", "validate":
                done = run(verb, "-c", str(path))
                self.assertEqual(done.returncode, 78)
                self.assert_safe(done.stderr)

    def test_the_name_of_a_good_configuration(self):
        path = self.folder / f"{as_name(SECRET)}\x1b[31m.yaml"
        path.write_text("sources: {a: {type: stdin}}\n"
                        "sinks: {b: {type: stdout, inputs: [a]}}\n")
        done = run("validate", "-c", str(path))
        self.assertEqual(done.returncode, 0)
        self.assert_safe(done.stdout.replace(b"\n  of", b"\nof"))

    def test_keys_and_values_of_a_configuration(self):
        def quoted(text):
            return '"' + "".join(
                c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}"
                for c in text) + '"'
        for text in EVIL.values():
            word = quoted(text.encode("utf-8", "replace").decode())
            for yaml in (f"{word}: 1", f"sources: {{ {word}: {{type: stdin}} }}",
                         f"sources: {{a: {{type: {word} }}}}",
                         f"sources: {{a: {{type: syslog, address: {word} }}}}",
                         f"sources: {{a: {{type: lines, mode: {word} }}}}",
                         f"service: {{workers: {word}, admin: {word} }}",
                         f"sinks: {{a: {{type: file, inputs: [{word}] }}}}",
                         f"redact: {{forms: [{word}] }}",
                         f"redact: {{mask: {word} }}",
                         f"&{FORMS['hex']} *{FORMS['hex']}: [",
                         f"a: ${{{FORMS['hex']}}}"):
                path = self.file("c.yaml", yaml)
                for verb in "serve", "validate":
                    done = run(verb, "-c", str(path))
                    self.assertEqual(done.returncode, 78, yaml)
                    self.assert_safe(done.stderr)

    def test_values_of_the_environment(self):
        yaml = "sources: {a: {type: $V}}\nservice: {admin: $V, workers: '${V}'}"
        path = self.file("c.yaml", yaml.replace("$V", "${V}"))
        for text in EVIL.values():
            done = run("serve", "-c", str(path),
                       env={**os.environ, "V": text, "NOTIFY_SOCKET": text,
                            "JOURNAL_STREAM": text, "LISTEN_FDS": text,
                            "TERM": text, "LANG": text, "NO_COLOR": text})
            self.assertEqual(done.returncode, 78)
            self.assert_safe(done.stderr)

    def test_our_own_name(self):
        for text in EVIL.values():
            for args in ["--nonsense"], ["--help"], ["a-missing-file"]:
                done = subprocess.run(
                    [text, *args], executable=PROGRAM, capture_output=True,
                    stdin=subprocess.DEVNULL, timeout=HANG_SECONDS)
                self.assertEqual(leaks(done.stdout + done.stderr, SECRET), [])
                self.assertNotIn(b"\x1b", done.stdout + done.stderr)

    def test_help_repeats_nothing_that_was_typed(self):
        for text in EVIL.values():
            for verb in "filter", "serve", "validate", "health", "canary":
                done = run(verb, text, "--help")
                self.assertEqual(leaks(done.stdout + done.stderr, SECRET), [])
                self.assertNotIn(b"\x1b", done.stdout + done.stderr)

    def test_report_of_an_audit_repeats_nothing_of_the_export(self):
        line = run("canary", "--run", "t", "--seed", "1", "-n", "1").stdout
        prefix = line.decode().partition("cflt-canary")[1] + re.search(
            "cflt-canary(.* )cflt", line.decode())[1]
        for text in EVIL.values():
            data = os.fsencode(prefix + text)
            for more in [], ["--json"]:
                done = run("canary", "--verify", "t", "--seed", "1", *more,
                           data=data)
                self.assertEqual((done.returncode, done.stderr), (1, b""))
                self.assert_safe(done.stdout)


if __name__ == "__main__":
    unittest.main()
