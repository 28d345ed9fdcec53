"""exec --tty: the command has a terminal, and ours is left as it was."""
import fcntl
import os
import signal
import struct
import subprocess
import termios
import unittest

import program
from exec_ends import lead_session, python
from program import MASK, Running, Terminal, run, secret, wait_until

SIZES = """
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGWINCH})
while True:
    os.write(1, b"%d %d\\n" % tuple(os.get_terminal_size(1)))
    signal.sigwait({signal.SIGWINCH})
"""


def set_size(terminal, columns, rows):
    fcntl.ioctl(terminal.ours, termios.TIOCSWINSZ,
                struct.pack("HHHH", rows, columns, 0, 0))


def is_raw(terminal):
    return not termios.tcgetattr(terminal.its)[3] & termios.ICANON


class AtATerminal(program.Case):
    """Our stdin and stdout are one."""

    def setUp(self):
        super().setUp()
        self.terminal = Terminal()
        self.addCleanup(self.terminal.__exit__)

    def start(self, *command, options=(), **more):
        its = self.terminal.its
        return Running("exec", "--tty", *options, "--", *command, **{
            "stdin": its, "stdout": its, "stderr": its,
            "start_new_session": True,
            "preexec_fn": lead_session(self.terminal), **more})

    def shown(self, last):
        return self.terminal.read_until(last)

    def test_all_three_are_a_terminal_of_its_own(self):
        script = "for i in 0 1 2; do test -t $i && echo $i; done; ps -o tty= $$"
        with self.start("sh", "-c", script + "; tty; echo end") as app:
            shown = self.shown(b"end\r\n").split()
            self.assertEqual(shown[:3], [b"0", b"1", b"2"])
            self.assertNotEqual(shown[-2].decode(),
                                os.ttyname(self.terminal.its))
            self.assertEqual(app.process.wait(), 0)

    def test_typed_lines_reach_it_and_what_it_prints_is_redacted(self):
        key = secret(1)
        with self.start("sh", "-c", "printf 'name: '; read x; "
                        f"echo $x; echo {key[:33]}{key[33:]} >&2; exit 5"
                        ) as app:
            self.assertEqual(self.shown(b"name: "), b"name: ")
            os.write(self.terminal.ours, b"ab\x7fc\r")
            shown = self.shown(b"****\r\n")
            self.assertTrue(shown.endswith(f"ac\r\n{MASK}\r\n".encode()), shown)
            self.assertEqual(app.process.wait(), 5)

    def test_interrupt_key_reaches_it(self):
        with self.start("sh", "-c", "echo up; exec sleep 300") as app:
            self.shown(b"up\r\n")
            os.write(self.terminal.ours, b"\x03")
            self.assertEqual(app.process.wait(), 128 + signal.SIGINT)

    def test_size_is_ours_and_follows_ours(self):
        set_size(self.terminal, 91, 17)
        with self.start(*python(SIZES)) as app:
            self.terminal.hand_over()
            self.assertEqual(self.shown(b"\n"), b"91 17\r\n")
            set_size(self.terminal, 50, 20)
            self.assertEqual(self.shown(b"\n"), b"50 20\r\n")
            app.process.terminate()
            self.assertEqual(app.process.wait(), 143)

    def test_our_terminal_is_raw_meanwhile_and_as_it_was_in_the_end(self):
        before = termios.tcgetattr(self.terminal.its)
        for end, status in (lambda app: os.write(self.terminal.ours, b"\r"),
                            4), (lambda app: app.process.terminate(), 143):
            with self.start("sh", "-c", "echo up; read x; exit 4") as app:
                self.shown(b"up\r\n")
                wait_until(lambda: is_raw(self.terminal))
                end(app)
                self.assertEqual(app.process.wait(), status)
                self.assertEqual(termios.tcgetattr(self.terminal.its), before)

    def test_newlines_in_a_file_get_no_carriage_return(self):
        path = self.folder / "out"
        with self.start("echo", "line", options=["-o", str(path)]) as app:
            self.assertEqual(app.process.wait(), 0)
            self.assertEqual(path.read_bytes(), b"line\n")

    def test_our_terminal_is_as_it_was_though_a_fault_ends_us(self):
        before = termios.tcgetattr(self.terminal.its)
        for number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGTRAP,
                       signal.SIGSYS, signal.SIGXCPU):
            with self.start("sh", "-c", "echo up; exec sleep 300") as app:
                self.shown(b"up\r\n")
                wait_until(lambda: is_raw(self.terminal))
                app.process.send_signal(number)
                self.assertEqual(app.process.wait(), -number)
                self.assertEqual(termios.tcgetattr(self.terminal.its), before)

    def test_terminal_that_does_not_control_us_is_as_it_was_in_the_end(self):
        before = termios.tcgetattr(self.terminal.its)
        with self.start("sh", "-c", "echo up; read x; exit 4",
                        preexec_fn=None) as app:
            self.shown(b"up\r\n")
            wait_until(lambda: is_raw(self.terminal))
            os.write(self.terminal.ours, b"\r")
            self.assertEqual(app.process.wait(), 4)
            self.assertEqual(termios.tcgetattr(self.terminal.its), before)

    def test_hangup_of_one_that_does_not_control_us_ends_it(self):
        with self.start("sh", "-c", "echo up; exec sleep 300",
                        preexec_fn=None) as app:
            self.shown(b"up\r\n")
            wait_until(lambda: is_raw(self.terminal))
            self.terminal.hand_over()
            os.close(self.terminal.ours)
            self.terminal.ours = os.open("/dev/null", os.O_RDONLY)
            self.assertEqual(app.process.wait(), 128 + signal.SIGHUP)

    def test_term_ends_us_though_nobody_reads_our_terminal(self):
        told, writer = os.pipe()
        script = f"echo $$ >&{writer}; seq 3000; exit 6"
        with open(told, "rb") as told, self.start(
                "sh", "-c", script, pass_fds=(writer,)) as app:
            os.close(writer)
            command = int(told.readline())
            wait_until(lambda: not os.path.exists(f"/proc/{command}"))
            self.assertEqual(app.terminate(), 6)

    def test_command_that_is_not_there_leaves_our_terminal_alone(self):
        before = termios.tcgetattr(self.terminal.its)
        with self.start("no-such-command") as app:
            self.assertEqual(app.process.wait(), 127)
            self.assertEqual(termios.tcgetattr(self.terminal.its), before)


class WithoutATerminal(program.Case):
    """--tty where ours are pipes: colours, for a log that shows them."""

    def test_stdout_is_a_terminal_and_stdin_is_ours(self):
        done = run("exec", "--tty", "sh", "-c",
                   "test -t 1 && test -t 2 && ! test -t 0 && cat",
                   data="typed\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, b"typed\n", b""))

    def test_newlines_get_no_carriage_return(self):
        done = run("exec", "--tty", "seq", "2000")
        self.assertEqual(done.stdout, "".join(
            f"{i}\n" for i in range(1, 2001)).encode())

    def test_secret_is_masked_and_both_outputs_are_one(self):
        done = run("exec", "--tty", "sh", "-c",
                   f"echo {secret(3)}; echo e >&2")
        self.assertEqual((done.stdout, done.stderr),
                         (f"{MASK}\ne\n".encode(), b""))

    def test_terminal_may_be_closed_and_opened_again(self):
        with Running("exec", "--tty", "sh", "-c",
                     "echo one; exec >&- 2>&-; read x; exec >/dev/tty; "
                     "seq 20000; exit 3") as app:
            self.assertEqual(app.read(4), b"one\n")
            wait_until(app.asleep)
            app.write(b"\n")
            done = app.finish()
        self.assertEqual(done.stdout, "".join(
            f"{i}\n" for i in range(1, 20001)).encode())
        self.assertEqual(done.returncode, 3)

    def test_full_disk_does_not_stop_it(self):
        with open("/dev/full", "wb") as full:
            done = run("exec", "--tty", "sh", "-c", "seq 30000; exit 6",
                       stdout=full)
        self.assertEqual(done.returncode, 6)
        self.assertIn(b"bytes were discarded", done.stderr)

    def test_grandchild_that_keeps_the_terminal_does_not_keep_us(self):
        with Running("exec", "--tty", "sh", "-c",
                     "trap '' HUP; sleep 300 & echo $!; exit 4",
                     stderr=subprocess.DEVNULL) as app:
            done = app.finish()
            os.kill(int(done.stdout), signal.SIGKILL)
            self.assertEqual(done.returncode, 4)


if __name__ == "__main__":
    unittest.main()
