"""`validate`, and how `serve` refuses a configuration."""
import os
import unittest

import program
from program import leaks, run, secret

GOOD = """\
sources: {app: {type: syslog, address: "tcp://127.0.0.1:${PORT:-5514}"}}
sinks: {out: {type: blackhole, inputs: [app]}}
"""
BAD = """\
sources: {app: {type: sylog, adress: "tcp://127.0.0.1:5514"}}
sinks: {out: {type: blackhole, inputs: [ap]}}
"""


class Validate(program.Case):
    def validate(self, text, *args, **options):
        path = self.file("c.yaml", text)
        return path, run("validate", "-c", str(path), *args, **options)

    def test_good_file_is_ok_and_its_memory_is_told(self):
        path, done = self.validate(GOOD)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(done.stdout.decode(), f"""\
{path}: OK
memory at worst: 288MiB (memory_limit 256MiB, the program itself about 32MiB)
  of memory_limit: buffers of sinks 32MiB, workers 4MiB, incomplete records 220MiB
""")

    def test_all_complaints_are_told_with_their_places(self):
        path, done = self.validate(BAD)
        self.assertEqual((done.returncode, done.stdout), (78, b""))
        self.assertEqual(done.stderr.decode(), "".join(
            f"{path}:{line}\n" for line in (
                "1:23: type: sylog is not one of syslog, lines, stdin; "
                "did you mean syslog?",
                "1:30: unknown key adress in a source; did you mean address?",
                "2:41: inputs: ap is not a source; did you mean app?")))

    def test_serve_refuses_in_the_same_words(self):
        path, done = self.validate(BAD)
        serve = run("serve", "-c", str(path))
        self.assertEqual((serve.returncode, serve.stdout, serve.stderr),
                         (78, b"", done.stderr))

    def test_dash_is_stdin(self):
        done = run("validate", "-c", "-", data=GOOD)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        done = run("validate", "-c", "-", data=BAD)
        self.assertEqual((done.returncode, done.stdout), (78, b""))
        self.assertTrue(done.stderr.startswith(b"stdin:1:23: type: sylog"))

    def test_stdin_cannot_be_configuration_and_source(self):
        for verb in "validate", "serve":
            done = run(verb, "-c", "-", data="""\
sources: {app: {type: stdin}}
sinks: {out: {type: blackhole, inputs: [app]}}
""")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (
                78, b"", b"stdin: source app reads stdin, which is this "
                b"configuration\n"), verb)

    def test_words_of_the_command_line_are_checked_too(self):
        done = run("serve", "--source", "stdin?max_lenght=1k", "--sink",
                   "stdout")
        self.assertEqual((done.returncode, done.stdout), (78, b""))
        self.assertEqual(done.stderr,
                         b"--source stdin?max_lenght=1k: unknown key max_lenght"
                         b" in a source; did you mean max_length?\n")

    def test_environment_is_read_unless_told_not_to(self):
        environment = {**os.environ, "PORT": "none"}
        _, done = self.validate(GOOD, env=environment)
        self.assertEqual(done.returncode, 78)
        self.assertIn(b"port none is not a whole number", done.stderr)
        _, done = self.validate(GOOD, "--no-environment", env=environment)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(b"OK (not checked: 1 with an environment variable)",
                      done.stdout)

    def test_missing_file_is_told(self):
        done = run("validate", "-c", str(self.folder / "none"))
        self.assertEqual((done.returncode, done.stdout), (78, b""))
        self.assertEqual(done.stderr.decode(),
                         f"{self.folder}/none: No such file or directory\n")

    def test_secret_in_a_file_is_never_repeated(self):
        whole = secret(130)
        for text in (
                f"sources: {{app: {{type: {whole}}}}}\nsinks: {{}}\n",
                f"{whole}: 1\n",
                f"sources: {{{whole}: {{type: stdin}}}}\n"
                "sinks: {a: {inputs: [x]}}\n",
                f"sources: {{a: {{type: syslog, address: 'tcp://{whole}:1'}},\n"
                f"  b: {{type: syslog, address: '${{{whole}}}'}}}}\n",
                f"a: [{whole}\n"):
            _, done = self.validate(text)
            self.assertEqual(done.returncode, 78)
            self.assertEqual(leaks(done.stdout + done.stderr, whole), [])

    def test_warning_does_not_fail(self):
        path, done = self.validate(GOOD.replace("inputs", "buffer: {max_size: "
                                                "64KiB}, inputs"))
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr.decode(),
                         rf"\A{path}:2:\d+: warning: max_size: 64KiB is less")


if __name__ == "__main__":
    unittest.main()
