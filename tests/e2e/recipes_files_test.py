"""logrotate and `tail -F`: files that are written, rotated and followed."""
import contextlib
import os
import re
import signal
import subprocess
import unittest

import program
import recipes
from program import HANG_SECONDS, Running, run, secret, wait_until
from recipes import setting
from serve_program import HOST, free_port, line, peers, send
from serve_reference import redact


def lines(first, count=50):
    """Numbered, with a secret in each third."""
    return b"".join(line(number, number % 9 if number % 3 == 0 else None)
                    + b"\n" for number in range(first, first + count))


class Logrotate(recipes.Case):
    def setUp(self):
        super().setUp()
        self.log, self.port = self.folder / "app.log", free_port()
        self.places = {
            "/var/log/cflt-redact/app.log": self.log,
            "/var/log/app/app.log": self.log,
            "/var/log/app/raw.log": self.log,
            f"{HOST}:5514": f"{HOST}:{self.port}"}

    def rotate(self, text, expect=0):
        """`logrotate --force`, with the program on its PATH."""
        config = self.file("logrotate.conf", text)
        config.chmod(0o644)
        done = subprocess.run(
            [peers.find_program("logrotate"), "--force", "--state",
             str(self.folder / "state"), str(config)],
            env={**peers.ENVIRONMENT, "PATH": os.pathsep.join(
                (os.path.dirname(program.PROGRAM), os.environ["PATH"]))},
            capture_output=True, timeout=HANG_SECONDS)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    def rotated(self):
        return self.log.with_name("app.log.1")

    def test_file_of_the_daemon_is_opened_anew_and_nothing_is_lost(self):
        daemon = self.serve_block("logrotate.md")
        config = self.block("logrotate.md", "nocreate").replace(
            "systemctl reload cflt-redact", f"kill -HUP {daemon.process.pid}")
        written = b""
        for first in range(0, 200, 50):
            send(self.port, lines(first))
            written += redact(lines(first))
            wait_until(lambda: self.all_of_the_log() == written)
            self.rotate(config)
            wait_until(self.log.exists)
        self.assertEqual(self.log.stat().st_mode & 0o777, 0o640)
        self.assert_same(self.all_of_the_log(), written)

    def all_of_the_log(self):
        """Of all its files, the oldest first."""
        def age(path):
            return int((re.findall(r"\.(\d+)", path.name) or [0])[0])
        found = sorted(self.folder.glob("app.log*"), key=age, reverse=True)
        return b"".join(run("-z", str(path)).stdout if path.suffix == ".gz"
                        else path.read_bytes() for path in found)

    def test_file_of_a_pipe_is_emptied_without_a_hole(self):
        config = self.block("logrotate.md", "copytruncate")
        commands = self.block("logrotate.md", "app 2>&1 |").splitlines()
        for command in commands:
            self.log.write_bytes(b"older\n")
            with self.subTest(command), self.piped(command) as app:
                app.stdin.write(lines(0))
                self.assert_file(self.log, b"older\n" + redact(lines(0)))
                self.rotate(config)
                self.assertEqual(self.log.read_bytes(), b"")
                app.stdin.write(lines(50))
                self.assert_file(self.log, redact(lines(50)))
            self.assertEqual(app.returncode, 0)
            self.assert_same(self.all_of_the_log(),
                             b"older\n" + redact(lines(0, 100)))
            for path in self.folder.glob("app.log*"):
                path.unlink()

    @contextlib.contextmanager
    def piped(self, command):
        """A command of the page, whose `app` prints what comes by stdin."""
        app = self.file("app", "#!/bin/sh\nexec cat\n")
        app.chmod(0o755)
        path = os.pathsep.join((str(self.folder), os.path.dirname(
            program.PROGRAM), os.environ["PATH"]))
        with subprocess.Popen(["sh", "-c", command], bufsize=0,
                              stdin=subprocess.PIPE,
                              env={**os.environ, "PATH": path}) as shell:
            yield shell
            shell.stdin.close()
            shell.wait(HANG_SECONDS)

    def raw(self, signalled):
        return self.block("logrotate.md", '-i "$2"').replace(
            "systemctl kill --signal=HUP app", signalled)

    def test_file_of_an_application_is_redacted_when_it_is_rotated(self):
        self.log.write_bytes(lines(0))
        self.rotate(self.raw(":"))
        self.assertEqual(self.log.read_bytes(), b"")
        rotated = self.rotated().with_name("app.log.1.gz")
        self.assert_same(run("-z", str(rotated)).stdout, redact(lines(0)))
        self.assertEqual(run("-z", "--check", str(rotated)).returncode, 0)

    def test_file_that_stays_open_is_reported(self):
        self.log.write_bytes(lines(0))
        with open(self.log, "ab"):
            done = self.rotate(self.raw(":").replace("sleep 1", "sleep 0"),
                               expect=1)
        self.assertIn(b"error running", done.stderr)
        self.assertEqual(self.rotated().read_bytes(), lines(0))
        self.assertEqual(run("--check", str(self.rotated())).returncode, 1)


class Tail(recipes.Case):
    PAGE_LOG = "/var/log/app/app.log"

    def setUp(self):
        super().setUp()
        self.log, self.port = self.folder / "app.log", free_port()
        self.outputs = []
        self.places = {self.PAGE_LOG: self.log,
                       f"{HOST}:5170": f"{HOST}:{self.port}"}

    def commands(self):
        """That of the sidecar; and what it runs, tail."""
        words = [word.strip(' "') for word in setting(
            self.block("tail.md", "the pod's template"),
            r"command: \[(.*)\]").split(",")]
        self.assertEqual(words[0], "cflt-redact")
        return [program.PROGRAM, *words[1:]], words[words.index("--") + 1:]

    def follow(self):
        """The page's sidecar, and tail alone."""
        for number, command in enumerate(self.commands()):
            output = self.folder / f"output-{number}"
            with open(output, "wb") as out:
                follower = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=out,
                    stderr=subprocess.DEVNULL)
            self.addCleanup(follower.wait, HANG_SECONDS)
            self.addCleanup(follower.terminate)
            self.outputs.append(output)

    def write(self, data):
        """Appended; until both have printed the end of it."""
        with open(self.log, "ab") as log:
            log.write(data)
        self.wait_for(data.splitlines(keepends=True)[-1])

    def wait_for(self, end):
        wait_until(lambda: all(redact(each.read_bytes()).endswith(redact(end))
                               for each in self.outputs))

    def assert_same_output(self, expected):
        ours, twin = (each.read_bytes() for each in self.outputs)
        self.assertEqual(len(ours.splitlines()), expected)
        self.assert_same(ours, redact(twin))

    def test_sidecar_prints_what_tail_prints_through_a_rotation(self):
        self.log.write_bytes(lines(0))
        self.follow()
        self.wait_for(lines(0))
        old = self.log.rename(self.folder / "app.log.1")
        self.write(lines(50))
        # What comes too late is lost, with us and without.
        with open(old, "ab") as late:
            late.write(b"late\n")
        self.write(lines(100, 20))
        self.assert_same_output(120)

    def test_sidecar_prints_what_tail_prints_after_a_truncation(self):
        self.log.write_bytes(lines(0))
        self.follow()
        self.wait_for(lines(0))
        os.truncate(self.log, 0)
        self.write(lines(50, 10))
        self.assert_same_output(60)

    def test_line_that_a_truncation_cuts_goes_on_with_the_next(self):
        self.log.write_bytes(lines(0, 3) + b"cut ")
        self.follow()
        self.wait_for(b"cut ")
        os.truncate(self.log, 0)
        self.write(lines(3, 1))
        self.assertIn(b"cut " + redact(lines(3, 1)),
                      self.outputs[0].read_bytes())
        self.assert_same_output(4)

    def test_sidecar_ends_when_it_is_told_to(self):
        self.log.write_bytes(lines(0))
        with Running(*self.commands()[0][1:],
                     stdin=subprocess.DEVNULL) as app:
            self.assertEqual(app.read(len(redact(lines(0)))),
                             redact(lines(0)))
            app.process.send_signal(signal.SIGTERM)
            self.assertEqual(app.process.wait(HANG_SECONDS),
                             128 + signal.SIGTERM)

    def test_daemon_sends_on_what_tail_prints(self):
        receiver = self.receive(self.port)
        self.log.write_bytes(lines(0))
        with subprocess.Popen(self.commands()[1], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as tail:
            daemon = self.serve_block("tail.md", stdin=tail.stdout)
            with open(self.log, "ab") as log:
                log.write(lines(50))
            receiver.wait_for_bytes(len(redact(lines(0, 100))))
            tail.terminate()
        daemon.process.wait(HANG_SECONDS)  # its input has ended
        self.assert_same(receiver.data(), redact(lines(0, 100)))


if __name__ == "__main__":
    unittest.main()
