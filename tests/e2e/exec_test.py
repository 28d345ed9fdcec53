"""exec: the command is as it would be without us, but for its secrets."""
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import unittest

import program
from program import (HANG_SECONDS, MASK, Running, leaks, run, run_shell,
                     secret, wait_until, waiting)

# What a process can see of how it was started.
PORTRAIT = """
import os, re, resource, json, sys
status = open("/proc/self/status").read()
print(json.dumps({
    "environment": dict(os.environ), "folder": os.getcwd(),
    "signals": re.findall("(Sig(?:Blk|Ign|Cgt)):\\t(\\w+)", status),
    "privileges": re.findall("((?:Cap|NoNew|Seccomp:|Uid|Gid).*)", status),
    "descriptors": sorted(fd for fd in os.listdir("/proc/self/fd")
                          if os.path.exists("/proc/self/fd/" + fd)),
    "nice": os.nice(0), "mask": os.umask(0), "group": os.getpgrp(),
    "session": os.getsid(0), "files": resource.getrlimit(resource.RLIMIT_NOFILE),
    "stdin": os.path.realpath("/proc/self/fd/0") if not
             sys.flags.isolated else None}))
"""
PYTHON = (sys.executable, "-S", "-E", "-c")


def run_sh(script, *options, **more):
    return run("exec", *options, "--", "sh", "-c", script, **more)


class Status(program.Case):
    def test_status_is_the_commands_own(self):
        for status in 0, 1, 7, 70, 255:
            self.assertEqual(run_sh(f"exit {status}").returncode, status)

    def test_death_by_signal_is_128_and_its_number(self):
        for number in signal.SIGKILL, signal.SIGTERM, signal.SIGPIPE:
            done = run_sh(f"kill -{int(number)} $$")
            self.assertEqual((done.returncode, done.stderr),
                             (128 + number, b""))

    def test_missing_command_is_127_in_one_line(self):
        name = f"no-{secret(1)}\n"
        done = run("exec", "--", name)
        self.assertEqual(done.returncode, 127)
        self.assertEqual(done.stderr.decode(), f"cflt-redact: no-{MASK}\\x0a: "
                         "No such file or directory\n")

    def test_command_that_cannot_be_run_is_126_in_one_line(self):
        path = self.file("plain", "text")
        for name in str(path), str(self.folder):
            done = run("exec", name)
            self.assertEqual((done.returncode, done.stderr.decode()), (
                126, f"cflt-redact: {name}: Permission denied\n"))

    def test_no_command_is_a_usage_error(self):
        for arguments in (), ("--",), ("--chekc", "true"), ("--mask", "x",
                                                            "true"):
            done = run("exec", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, b""))

    def test_output_that_cannot_be_opened_means_no_command(self):
        witness = self.folder / "ran"
        done = run("exec", "-o", str(self.folder), "touch", str(witness))
        self.assertEqual((done.returncode, done.stderr.decode()), (
            2, f"cflt-redact: {self.folder}: Is a directory\n"))
        self.assertFalse(witness.exists())

    def test_options_behind_the_command_are_its_own(self):
        for mark in (), ("--",):
            done = run("exec", *mark, "echo", "--stats", "--", "-x", "--help")
            self.assertEqual((done.stdout, done.stderr),
                             (b"--stats -- -x --help\n", b""))


class Streams(program.Case):
    def test_both_are_redacted_each_on_its_own(self):
        one, other = secret(2), secret(3)
        halves = one[:30], one[30:], other[:40], other[40:]
        script = ("printf %s k={}; printf %s e={} >&2; printf %s {}; "
                  "printf %s {} >&2").format(halves[0], halves[2], halves[1],
                                             halves[3])
        done = run_sh(script)
        self.assertEqual((done.stdout, done.stderr),
                         (f"k={MASK}".encode(), f"e={MASK}".encode()))

    def test_order_and_every_byte_of_a_stream_are_kept(self):
        lines = "".join(f"{i}\n" for i in range(200_000)).encode()
        done = run_sh("seq 0 199999; seq 0 199999 >&2")
        self.assert_same(done.stdout, lines)
        self.assert_same(done.stderr, lines)

    def test_order_of_both_is_kept_where_they_are_one_file(self):
        script = "for i in 1 2 3 4 5 6 7 8 9; do echo $i; echo e$i >&2; done"
        done = run_sh(script, stderr=subprocess.STDOUT)
        self.assertEqual(done.stdout.decode(), "".join(
            f"{i}\ne{i}\n" for i in range(1, 10)))

    def test_secret_over_both_is_found_where_they_are_one_file(self):
        whole = secret(4)
        done = run_sh(f"printf {whole[:30]}; printf {whole[30:]} >&2",
                      stderr=subprocess.STDOUT)
        self.assertEqual(done.stdout.decode(), MASK)

    def test_line_without_an_end_comes_at_once(self):
        with Running("exec", "cat") as app:
            for text in b"login: ", b"line\n", b"cflt", b"!":
                app.write(text)
                self.assertEqual(app.read(len(text)), text)

    def test_output_file_takes_stdout_only(self):
        path = self.folder / "out"
        path.write_text("older")
        done = run_sh(f"echo k={secret(5)}; echo e >&2", "-o", str(path))
        self.assertEqual((done.stdout, done.stderr), (b"", b"e\n"))
        self.assertEqual(path.read_text(), f"k={MASK}\n")

    def test_summary_is_the_sum_of_both(self):
        done = run_sh(f"echo {secret(6)}; echo {secret(7)} >&2",
                      "--stats=json")
        lines = done.stderr.decode().splitlines()
        told = json.loads(lines[1])
        self.assertEqual((told["bytes"], told["lines"],
                          told["found"]["plain"]), (130, 2, 2))

    def test_output_nobody_reads_does_not_stop_the_other(self):
        script = "head -c 9000000 /dev/zero >&2 & echo first; wait; echo last"
        with Running("exec", "sh", "-c", script) as app:
            self.assertEqual(app.read(6), b"first\n")
            wait_until(lambda: waiting(app.process.stderr) > 0)
            self.assertEqual(len(app.process.stderr.read(100)), 100)
            done = app.finish()
            self.assertEqual((done.stdout, len(done.stderr), done.returncode),
                             (b"last\n", 8_999_900, 0))

    def test_command_that_closes_its_stdout_ends_it_for_our_reader(self):
        with Running("exec", "sh", "-c", "echo x; exec >&-; read y") as app:
            self.assertEqual(app.process.stdout.read(), b"x\n")
            self.assertIsNone(app.process.poll())
            app.write(b"\n")
            self.assertEqual(app.process.wait(), 0)

    def test_input_nobody_reads_any_more_is_no_longer_held(self):
        with Running("exec", "sh", "-c", "exec <&-; echo x; exec sleep 60") as app:
            self.assertEqual(app.read(2), b"x\n")
            wait_until(lambda: is_broken(app))  # we may still have it
            app.process.terminate()
            self.assertEqual(app.process.wait(), 143)


def is_broken(app):
    """Nobody holds the other end of its stdin any more."""
    try:
        app.write(b"y")
        return False
    except BrokenPipeError:
        return True


class Inheritance(program.Case):
    def portrait(self, *prefix, **options):
        command = [*prefix, *PYTHON, PORTRAIT]
        return json.loads(subprocess.run(
            command, check=True, capture_output=True, timeout=HANG_SECONDS,
            stdin=subprocess.DEVNULL, cwd=self.folder, **options).stdout)

    def assert_alike(self, **options):
        with_us = self.portrait(program.PROGRAM, "exec", "--", **options)
        self.assertEqual(with_us, self.portrait(**options))

    def test_command_sees_what_it_sees_without_us(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        self.assert_alike(pass_fds=(reader, writer),
                          env={**os.environ, "A": "b c"})

    def test_signals_are_inherited_as_they_are(self):
        def change():
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGCHLD,
                           signal.SIGABRT):
                signal.signal(number, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK,
                                   {signal.SIGUSR1, signal.SIGTERM})
        for restored in True, False:  # False: SIGPIPE is ignored
            self.assert_alike(restore_signals=restored, preexec_fn=change)

    def test_status_is_known_where_sigchld_is_ignored(self):
        done = run_sh("exit 9", preexec_fn=lambda: signal.signal(
            signal.SIGCHLD, signal.SIG_IGN))
        self.assertEqual(done.returncode, 9)

    def test_closed_stdin_is_closed_for_the_command(self):
        done = run_shell('"$0" exec ls /proc/self/fd <&-')
        without = run_shell("ls /proc/self/fd <&-")
        self.assertEqual(done.stdout, without.stdout)

    def test_descriptor_that_the_command_closes_is_closed(self):
        reader, writer = os.pipe()
        with open(reader, "rb") as ready, Running(
                "exec", "sh", "-c", f"echo up >&{writer}; "
                f"eval 'exec {writer}>&-'; read x",
                pass_fds=(writer,)) as app:
            os.close(writer)
            self.assertEqual(ready.read(), b"up\n")
            self.assertIsNone(app.process.poll())


class Failures(program.Case):
    def test_reader_that_leaves_ends_one_stream_only(self):
        script = "read x; echo a; read x; echo a; echo on >&2; exit 5"
        with Running("exec", "sh", "-c", f"trap '' PIPE; {script}") as app:
            app.process.stdout.close()
            app.process.stdout = None
            app.write(b"\n\n")
            done = app.finish()
            self.assertEqual(done.returncode, 5)
            self.assertRegex(done.stderr, rb"on\n\Z")
            self.assertNotIn(b"cflt-redact", done.stderr)

    def test_fifo_may_get_another_reader(self):
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        first = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        with Running("exec", "-o", str(fifo), "--", "sh", "-c",
                     "echo one; read x; echo two; exit 5") as app:
            wait_until(lambda: waiting(first) > 0)
            self.assertEqual(os.read(first, 100), b"one\n")
            os.close(first)
            wait_until(app.asleep)
            second = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
            app.write(b"\n")
            self.assertEqual(app.process.wait(), 5)
            self.assertEqual(os.read(second, 100), b"two\n")
            os.close(second)

    def test_command_gets_sigpipe_when_the_reader_has_left(self):
        with Running("exec", "sh", "-c", "while echo y; do :; done") as app:
            app.read(2)
            app.process.stdout.close()
            self.assertEqual(app.process.wait(), 128 + signal.SIGPIPE)
            self.assertEqual(app.process.stderr.read(), b"")

    def test_full_disk_discards_and_says_how_much(self):
        key = secret(8)
        with open("/dev/full", "wb") as full:
            done = run_sh(f"seq 300000; echo {key}; echo on >&2; exit 6",
                          stdout=full)
        self.assertEqual(done.returncode, 6)
        told = done.stderr.decode()
        self.assertRegex(told, r"cflt-redact: stdout: No space left on device;"
                         r" what follows is discarded\n")
        self.assertIn("on\n", told)
        self.assertRegex(told, r"cflt-redact: stdout: \d+ bytes were "
                         r"discarded\n\Z")
        self.assertEqual(told.count("cflt-redact"), 2)

    def test_all_that_was_printed_to_a_full_disk_is_counted(self):
        with open("/dev/full", "wb") as full:
            done = run_sh("seq 300000", stdout=full)
        size = sum(len(f"{i}\n") for i in range(1, 300001))
        self.assertIn(f"{size} bytes were discarded", done.stderr.decode())

    def test_full_disk_ends_the_command_on_demand(self):
        with open("/dev/full", "wb") as full:
            done = run_sh("trap 'echo end >&2; exit 0' TERM; echo x; "
                          "while :; do sleep 0.01; done",
                          "--on-failure=kill", stdout=full)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"\nend\n", b"\n" + done.stderr)

    def start_with_full_outputs(self, script, *options):
        """stdout on a full disk, stderr a full pipe that nobody reads. What
        `script` writes to descriptor 3 comes back; so does stderr."""
        self.reader, full_pipe = os.pipe()
        told, writer = os.pipe()
        fcntl.fcntl(full_pipe, fcntl.F_SETPIPE_SZ, 1 << 20)  # as we will
        os.set_blocking(full_pipe, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(full_pipe, bytes(4096))
        os.set_blocking(full_pipe, True)
        with open("/dev/full", "wb") as full:
            app = Running("exec", *options, "--", "sh", "-c",
                          f"exec 3>&{writer}; {script}", stdout=full,
                          stderr=full_pipe, pass_fds=(writer,))
        os.close(writer)
        os.close(full_pipe)
        self.told = open(told, "rb", buffering=0)
        self.addCleanup(self.told.close)
        return app

    def test_words_of_ours_that_nobody_reads_do_not_stop_the_command(self):
        with self.start_with_full_outputs(
                "head -c 9000000 /dev/zero; echo on >&3; exit 6") as app:
            self.assertEqual(self.told.readline(), b"on\n")
            with open(self.reader, "rb") as stderr:
                lines = stderr.read().strip(b"\0").splitlines()
            self.assertIn(b"; what follows is discarded", lines[0])
            self.assertIn(b" 9000000 bytes were discarded", lines[1])
            self.assertEqual(app.process.wait(), 6)

    @unittest.skipIf("TSAN_OPTIONS" in os.environ,
                     "TSan delivers no signal to who waits in write()")
    def test_words_that_nobody_reads_do_not_keep_us_when_asked_to_end(self):
        with self.start_with_full_outputs("echo $$; echo $$ >&3; exit 6") as app:
            command = int(self.told.readline())
            wait_until(lambda: not os.path.exists(f"/proc/{command}"))
            self.assertEqual(app.terminate(), 6)
            os.close(self.reader)

    def test_full_disk_ends_the_command_though_nobody_reads_our_words(self):
        with self.start_with_full_outputs(
                "trap 'echo end >&3; exit 0' TERM; echo x; "
                "while :; do sleep 0.01; done", "--on-failure=kill") as app:
            self.assertEqual(self.told.readline(), b"end\n")
            os.close(self.reader)
            self.assertEqual(app.process.wait(), 2)

    def test_nothing_unscanned_leaves_after_a_failure(self):
        key = secret(9)
        with open("/dev/full", "wb") as full:
            done = run_sh(f"for i in 1 2 3; do echo {key}; done", stdout=full)
        self.assertEqual(leaks(done.stderr, key), [])


class Grandchildren(program.Case):
    def test_what_a_grandchild_holds_open_does_not_keep_us(self):
        with Running("exec", "sh", "-c",
                     "sleep 300 & echo $!; echo cfltAB; exit 4") as app:
            done = app.finish()
            pid, rest = done.stdout.split(b"\n", 1)
            os.kill(int(pid), signal.SIGKILL)  # it outlived us
            self.assertEqual((rest, done.returncode), (b"cfltAB\n", 4))

    def test_held_tail_is_finished_when_we_leave(self):
        with Running("exec", "sh", "-c",
                     "sleep 300 & echo $! >&2; printf cfltAB") as app:
            done = app.finish()
            os.kill(int(done.stderr), signal.SIGKILL)
            self.assertEqual(done.stdout, b"cfltAB")

    def test_grandchild_that_never_stops_writing_does_not_keep_us(self):
        script = f"while echo {secret(10)}; do :; done & exit 4"
        done = run_sh(script)
        self.assertEqual(done.returncode, 4)
        self.assertEqual(leaks(done.stdout, secret(10)), [])

    def test_last_words_of_a_grandchild_are_delivered(self):
        done = run_sh("(sleep 0.2; echo late) & exit 3")
        self.assertEqual((done.stdout, done.returncode), (b"late\n", 3))


if __name__ == "__main__":
    unittest.main()
