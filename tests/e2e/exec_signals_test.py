"""exec: signals reach the command once; what it does about them is its own."""
import os
import re
import signal
import subprocess
import time
import unittest

import program
from exec_ends import SIGNALS, lead_session, python
from program import HANG_SECONDS, PROGRAM, Running, Terminal, wait_until


class Told(Running):
    """A command under exec that tells the signals it gets."""

    def __init__(self, *options, **more):
        reader, writer = os.pipe()
        self.told = open(reader, "rb", buffering=0)
        super().__init__("exec", *options, "--",
                         *python(SIGNALS, str(writer)), pass_fds=(writer,),
                         **more)
        os.close(writer)
        assert self.line() == b"ready\n"

    def line(self):
        return self.told.readline()

    def __exit__(self, *error):
        self.send(signal.SIGVTALRM)
        super().__exit__(*error)
        self.told.close()

    def send(self, number):
        self.process.send_signal(number)

    def next_after(self, number):
        """What is told next, `number` sent behind everything else."""
        self.send(number)
        return int(self.line())


    def told_twice(self, cause):
        """What comes a second time, by us: `cause` reaches the command while
        we are stopped, so that no two signals become one."""
        self.send(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)
        cause()
        first = int(self.line())
        self.send(signal.SIGCONT)
        last = signal.SIGRTMIN + 1  # of many, the lowest number comes first
        self.send(last)
        numbers = []
        while last not in numbers:
            numbers.append(int(self.line()))
        return first, set(numbers) - {signal.SIGCONT, last}


class PassedOn(program.Case):
    def test_every_signal_that_can_be_is(self):
        with Told() as app:
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT,
                           signal.SIGUSR1, signal.SIGALRM, signal.SIGTERM,
                           signal.SIGCONT, signal.SIGWINCH, signal.SIGTSTP,
                           signal.SIGABRT, signal.SIGRTMIN + 3,
                           signal.SIGVTALRM):
                self.assertEqual(app.next_after(number), number)
            done = app.finish()
            self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_death_by_a_signal_passed_on_is_told_in_the_status(self):
        for number in signal.SIGTERM, signal.SIGINT, signal.SIGUSR1:
            with Running("exec", "sh", "-c", "echo up; exec sleep 300") as app:
                app.read(3)
                app.process.send_signal(number)
                self.assertEqual(app.process.wait(), 128 + number)

    def test_command_that_ignores_sigterm_goes_on(self):
        with Running("exec", "sh", "-c",
                     "trap '' TERM; echo up; read x; exit 8") as app:
            app.read(3)
            app.process.terminate()
            app.write(b"\n")
            self.assertEqual(app.process.wait(), 8)

    def test_interrupts_are_kept_on_demand(self):
        with Told("--ignore-interrupts") as app:
            app.send(signal.SIGINT)
            self.assertEqual(app.next_after(signal.SIGUSR1), signal.SIGUSR1)

    def test_what_the_command_sends_to_its_group_does_not_come_back(self):
        with Told(start_new_session=True) as app:
            self.assertEqual(app.next_after(signal.SIGUSR2), signal.SIGUSR2)
            self.assertEqual(app.told_twice(lambda: app.write(b"\n")),
                             (signal.SIGTERM, set()))


class AtATerminal(program.Case):
    def told(self, terminal):
        return Told(stdin=terminal.its, start_new_session=True,
                    preexec_fn=lead_session(terminal))

    def test_key_that_interrupts_does_so_once(self):
        for key, number in (b"\x03", signal.SIGINT), (b"\x1c", signal.SIGQUIT):
            with Terminal() as terminal, self.told(terminal) as app:
                told = app.told_twice(lambda: os.write(terminal.ours, key))
                self.assertEqual(told, (number, set()))

    def test_key_that_came_before_the_command_reaches_it(self):
        with Terminal() as terminal:
            def press_early():
                lead_session(terminal)()
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
                os.write(terminal.ours, b"\x03")
                while signal.SIGINT not in signal.sigpending():
                    pass

            with Running("exec", *python(
                    "import signal\nprint(signal.sigwait({signal.SIGINT}))"),
                    stdin=terminal.its, start_new_session=True,
                    preexec_fn=press_early) as app:
                self.assertEqual(int(app.process.stdout.readline()),
                                 signal.SIGINT)

    def test_hangup_of_our_terminal_is_passed_on(self):
        with Terminal() as terminal, self.told(terminal) as app:
            terminal.hand_over()
            os.close(terminal.ours)
            terminal.ours = os.open("/dev/null", os.O_RDONLY)
            self.assertEqual(int(app.line()), signal.SIGHUP)


class JobControl(program.Case):
    def test_we_stop_and_go_on_with_the_command(self):
        script = "echo up; kill -TSTP $$; echo on; exit 3"
        with Running("exec", "sh", "-c", script,
                     preexec_fn=lambda: os.setpgid(0, 0)) as app:
            os.waitid(os.P_PID, app.process.pid, os.WSTOPPED)
            os.killpg(app.process.pid, signal.SIGCONT)
            self.assertEqual(app.finish().stdout, b"up\non\n")
            self.assertEqual(app.process.returncode, 3)


    def test_we_do_not_stop_with_a_command_in_a_group_of_its_own(self):
        with Running("exec", *python(
                "import os, time\nos.setpgid(0, 0)\n"
                "print(os.getpid(), flush=True)\n"
                "while True: time.sleep(1)"), start_new_session=True) as app:
            command = int(app.process.stdout.readline())
            os.kill(command, signal.SIGTSTP)
            wait_until(lambda: program_state(command) == "T")
            wait_until(lambda: not is_pending(app.process, signal.SIGCHLD))
            os.kill(command, signal.SIGCONT)
            app.process.terminate()
            self.assertEqual(app.process.wait(), 143)


def program_state(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0]


def is_pending(process, number):
    """False also where it has ended."""
    with open(f"/proc/{process.pid}/status") as status:
        pending = re.search(r"ShdPnd:\t(\w+)", status.read())[1]
    return bool(int(pending, 16) >> (number - 1) & 1)


class AfterTheCommand(program.Case):
    """It has ended, but nobody reads yet all that it has printed."""
    SIZE = 1_500_000

    def start(self, *options):
        app = Running("exec", *options, "--", "sh", "-c",
                      f"echo $$; head -c {self.SIZE} /dev/zero; exit 6")
        self.addCleanup(app.__exit__)
        command = int(app.process.stdout.readline())
        wait_until(lambda: not os.path.exists(f"/proc/{command}"))
        self.assertIsNone(app.process.poll())
        return app

    def test_term_ends_us(self):
        app = self.start()
        self.assertEqual(app.terminate(), 6)

    def test_interrupts_that_are_kept_do_not_end_us(self):
        app = self.start("--ignore-interrupts")
        for _ in range(3):
            app.process.send_signal(signal.SIGINT)
            wait_until(lambda: not is_pending(app.process, signal.SIGINT))
        done = app.finish()
        self.assertEqual((len(done.stdout), done.returncode), (self.SIZE, 6))

    def test_key_that_stops_stops_us(self):
        app = self.start()
        app.process.send_signal(signal.SIGTSTP)
        os.waitid(os.P_PID, app.process.pid, os.WSTOPPED)
        app.process.send_signal(signal.SIGCONT)
        done = app.finish()
        self.assertEqual((len(done.stdout), done.returncode), (self.SIZE, 6))


ORPHAN = """
import os, sys, time
reader, writer = os.pipe()
if os.fork() == 0:
    if os.fork() == 0:
        os.write(writer, b"%d" % os.getpid())
    os._exit(0)
os.wait()
orphan = int(os.read(reader, 20))
while True:
    try:
        os.kill(orphan, 0)
    except ProcessLookupError:
        print(os.getppid(), "reaped")
        sys.exit(5)
    time.sleep(0.001)
"""


def new_namespace():
    """How to be process 1 here; None where that is not permitted."""
    for how in ((), ("--user", "--map-root-user")):
        command = ("unshare", *how, "--pid", "--fork", "--kill-child")
        try:
            done = subprocess.run([*command, "true"], capture_output=True,
                                  timeout=HANG_SECONDS)
        except FileNotFoundError:
            return None
        if done.returncode == 0:
            return command
    return None


UNSHARE = new_namespace()


@unittest.skipIf(UNSHARE is None, "unshare --pid is not permitted here")
class ProcessOne(program.Case):
    def run(self, *arguments):
        if len(arguments) == 1 and not isinstance(arguments[0], str):
            return super().run(*arguments)  # unittest's own
        return subprocess.run([*UNSHARE, PROGRAM, "exec", "--", *arguments],
                              capture_output=True, timeout=HANG_SECONDS)

    def test_orphans_are_reaped_and_the_commands_status_is_returned(self):
        done = self.run(*python(ORPHAN))
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (5, b"1 reaped\n", b""))

    def test_end_of_an_orphan_is_not_taken_for_the_commands(self):
        done = self.run("sh", "-c", "(sh -c 'sleep 0.05; exit 9' &); "
                        "sleep 0.2; exit 4")
        self.assertEqual(done.returncode, 4)

    def test_signals_that_process_1_would_not_get_are_passed_on(self):
        done = self.run(*python(
            "import os, signal\n"
            "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})\n"
            "if os.fork() == 0:\n"
            "  os.kill(1, signal.SIGTERM); os._exit(0)\n"
            "signal.sigwait({signal.SIGTERM}); os._exit(7)"))
        self.assertEqual(done.returncode, 7)


if __name__ == "__main__":
    unittest.main()
