"""Descriptors as others leave them to us, and signals at any moment: never a
byte lost or added, and where it cannot go on, one line and exit 2.
"""
import fcntl
import os
import random
import signal
import socket
import subprocess
import unittest

import program
from program import MASK, Running, run, run_shell, secret, wait_until, waiting

SMALL_PIPE = 4096
PAYLOAD = random.Random(70).randbytes(2 << 20)
F_SETPIPE_SZ = 1031  # not in fcntl before Python 3.10


def complaint(name, reason):
    return f"cflt-redact: {name}: {reason}\n".encode()


def run_unblocked():
    """A program that inherits non-blocking pipes."""
    its_input, our_input = os.pipe()
    our_output, its_output = os.pipe()
    for end in its_input, its_output:
        os.set_blocking(end, False)
    app = Running(stdin=its_input, stdout=its_output)
    for end in its_input, its_output:
        os.close(end)
    app.process.stdin = open(our_input, "wb", buffering=0)
    app.process.stdout = open(our_output, "rb", buffering=0)
    return app


def clog(app):
    """Feeds it until its output, a small pipe, is full and it sleeps."""
    assert app.answer(b"ready?") == b"ready?"  # it has enlarged its pipes
    fcntl.fcntl(app.process.stdout, F_SETPIPE_SZ, SMALL_PIPE)
    app.write_in_background([PAYLOAD])
    wait_until(lambda: waiting(app.process.stdout) == SMALL_PIPE
               and app.asleep())


class InheritedFlags(program.Case):
    def test_unblocked_input_that_is_late_is_waited_for(self):
        with run_unblocked() as app:
            for text in b"first\n", b"second\n", b"third":
                self.assertEqual(app.answer(text), text)
            done = app.finish()
            self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_unblocked_output_that_is_full_is_waited_for(self):
        with run_unblocked() as app:
            clog(app)
            self.assert_same(app.read(len(PAYLOAD), step=1000), PAYLOAD)
            done = app.finish()
            self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_slow_reader_of_a_small_pipe_gets_every_byte(self):
        with Running() as app:
            clog(app)
            self.assert_same(app.read(len(PAYLOAD), step=1000), PAYLOAD)
            self.assertEqual(app.finish().returncode, 0)

    def test_one_unblocked_socket_for_input_and_output_is_enough(self):
        ours, its = socket.socketpair()
        its.setblocking(False)
        with ours, Running(stdin=its, stdout=its) as app:
            its.close()
            ours.sendall(f"login {secret(71)}\n".encode())
            ours.shutdown(socket.SHUT_WR)
            self.assertEqual(app.finish().returncode, 0)
            self.assertEqual(ours.recv(999), f"login {MASK}\n".encode())

    def test_flags_of_inherited_descriptors_are_not_changed(self):
        for blocking in True, False:
            ours, its = socket.socketpair()
            with ours, its:
                its.setblocking(blocking)
                ours.shutdown(socket.SHUT_WR)
                self.assertEqual(run(stdin=its, stdout=its).returncode, 0)
                self.assertEqual(os.get_blocking(its.fileno()), blocking)


class NoReader(program.Case):
    def test_output_without_reader_ends_it_quietly_by_sigpipe(self):
        for restored in True, False:  # False: SIGPIPE is inherited ignored
            reader, writer = os.pipe()
            os.close(reader)
            with self.subTest(restored), open(writer, "wb") as output:
                done = run(data=b"x", stdout=output, restore_signals=restored)
                self.assertEqual((done.returncode, done.stderr),
                                 (-signal.SIGPIPE, b""))

    def test_reader_that_leaves_early_ends_it_quietly_by_sigpipe(self):
        path = self.file("big.log", PAYLOAD)
        for restored in True, False:
            with Running(str(path), restore_signals=restored) as app:
                app.read(1)
                app.process.stdout.close()
                self.assertEqual(app.process.stderr.read(), b"")
                self.assertEqual(app.process.wait(), -signal.SIGPIPE)

    def test_head_in_a_pipeline_gets_its_lines(self):
        path = self.file("many.log", f"{secret(72)}\n" * 50_000)
        done = run_shell('"$0" "$1" | head -n 2', str(path))
        self.assertEqual(done.stdout, f"{MASK}\n{MASK}\n".encode())
        self.assertEqual(done.stderr, b"")


class FullDisk(program.Case):
    def test_full_disk_is_named_in_one_line(self):
        with open("/dev/full", "wb") as full:
            for data in b"x", PAYLOAD, f"k={secret(73)}".encode():
                done = run(data=data, stdout=full)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stderr, complaint(
                    "stdout", "No space left on device"))

    def test_full_disk_under_an_output_file_is_named(self):
        done = run("-o", "/dev/full", data=b"x")
        self.assertEqual((done.returncode, done.stderr), (2, complaint(
            "/dev/full", "No space left on device")))

    def test_nothing_to_write_fits_on_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            done = run(data=b"", stdout=full)
            self.assertEqual((done.returncode, done.stderr), (0, b""))


class Closed(program.Case):
    NOT_OPEN = "Bad file descriptor"

    def test_closed_stdin_is_an_error(self):
        done = run_shell('"$0" <&-')
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (2, b"", complaint("stdin", self.NOT_OPEN)))

    def test_closed_stdout_is_an_error(self):
        path = self.file("a.log", "some text\n")
        done = run_shell('"$0" "$1" >&-', str(path))
        self.assertEqual((done.returncode, done.stderr),
                         (2, complaint("stdout", self.NOT_OPEN)))

    def test_closed_stdin_and_stdout_do_not_matter_between_files(self):
        path = self.file("a.log", f"k={secret(74)}\n")
        done = run_shell('"$0" -o "$2" "$1" <&- >&-', str(path),
                         str(self.folder / "out"))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual((self.folder / "out").read_text(), f"k={MASK}\n")

    def test_closed_stderr_does_not_stop_the_filter(self):
        path = self.file("a.log", f"k={secret(75)}\n")
        done = run_shell('"$0" --stats "$1" 2>&-', str(path))
        self.assertEqual((done.returncode, done.stdout),
                         (0, f"k={MASK}\n".encode()))

    def test_words_for_closed_stderr_do_not_end_up_in_the_output(self):
        path = self.file("a.log", "text\n")
        done = run_shell('"$0" --stats -o "$2" missing "$1" 2>&-', str(path),
                         str(self.folder / "out"))
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual((self.folder / "out").read_text(), "text\n")


class Signals(program.Case):
    def setUp(self):
        super().setUp()
        # A runner in the background may have left SIGINT ignored.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)

    def test_usr1_prints_one_line_with_the_bytes_so_far(self):
        with Running() as app:
            app.answer(f"k={secret(76)}\n".encode())
            app.process.send_signal(signal.SIGUSR1)
            self.assertRegex(app.process.stderr.readline(),
                             rb"\A67 bytes, 1 findings, [0-9.]+ s, .+/s\n\Z")
            self.assertEqual(app.answer(b"more"), b"more")
            self.assertEqual(app.finish().stderr, b"")

    def test_storm_of_signals_loses_nothing(self):
        for start in Running, run_unblocked:
            with self.subTest(start), start() as app:
                clog(app)
                came = bytearray()
                while len(came) < len(PAYLOAD):
                    for number in (signal.SIGUSR1, signal.SIGWINCH,
                                   signal.SIGSTOP, signal.SIGCONT):
                        app.process.send_signal(number)
                    came += app.read(min(4096, len(PAYLOAD) - len(came)))
                self.assert_same(came, PAYLOAD)
                self.assertEqual(app.finish().returncode, 0)

    def test_stopped_program_goes_on_where_it_was(self):
        with Running() as app:
            self.assertEqual(app.answer(b"cfltAB"), b"cflt")
            app.process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, app.process.pid, os.WSTOPPED)
            app.write(b"CD!")
            self.assertEqual(waiting(app.process.stdout), 0)
            app.process.send_signal(signal.SIGCONT)
            self.assertEqual(app.read(5), b"ABCD!")

    def test_interrupt_ends_it(self):
        with Running() as app:
            app.answer(b"x")
            app.process.send_signal(signal.SIGINT)
            self.assertEqual(app.process.wait(), -signal.SIGINT)

    def test_interrupt_is_ignored_on_demand(self):
        with Running("--ignore-interrupts") as app:
            for text in b"before", b"after", b"and after":
                self.assertEqual(app.answer(text), text)
                app.process.send_signal(signal.SIGINT)
            self.assertEqual(app.finish().returncode, 0)

    def test_first_termination_and_hangups_are_ignored_on_demand(self):
        with Running("--ignore-interrupts") as app:
            app.answer(b"x")
            for each in signal.SIGHUP, signal.SIGTERM, signal.SIGHUP:
                app.process.send_signal(each)
                self.assertEqual(app.answer(b"last words"), b"last words")
            self.assertEqual(app.finish().returncode, 0)

    def test_second_termination_ends_it(self):
        with Running("--ignore-interrupts") as app:
            app.answer(b"x")
            app.process.terminate()
            app.answer(b"y")
            app.process.terminate()
            self.assertEqual(app.process.wait(), -signal.SIGTERM)

    def test_termination_ends_it_where_stdin_is_no_pipe(self):
        with program.Terminal() as terminal:
            with Running("--ignore-interrupts", "-", stdin=terminal.its) as app:
                wait_until(app.asleep)
                app.process.terminate()
                self.assertEqual(app.process.wait(), -signal.SIGTERM)

    def test_last_words_of_a_group_that_is_terminated_come_through(self):
        """As a service manager does it: one signal to all of a pipeline."""
        app = ("trap 'echo stopping; echo \"k=$K\"; exit 0' TERM; echo up;"
               "while :; do sleep 0.01; done")
        with subprocess.Popen(
                ["sh", "-c", '(eval "$APP") | "$0" --ignore-interrupts',
                 program.PROGRAM], stdout=subprocess.PIPE,
                env={**os.environ, "APP": app, "K": secret(5)},
                start_new_session=True) as pipeline:
            self.assertEqual(pipeline.stdout.readline(), b"up\n")
            os.killpg(pipeline.pid, signal.SIGTERM)
            self.assertEqual(pipeline.stdout.read(),
                             f"stopping\nk={MASK}\n".encode())


if __name__ == "__main__":
    unittest.main()
