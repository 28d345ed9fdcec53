"""Commands that exec is to run, for its tests."""
import fcntl
import sys
import termios

# Tells the number of each signal as it comes, on a descriptor of its own, which
# works while we are stopped; SIGVTALRM is the last. At SIGUSR2 it waits for a
# line, and sends SIGTERM to its group.
SIGNALS = """
import os, signal, sys
wanted = set(signal.valid_signals()) - {signal.SIGCHLD}
signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
told = open(int(sys.argv[1]), "w", buffering=1)
print("ready", file=told)
number = 0
while number != signal.SIGVTALRM:
    number = signal.sigwait(wanted)
    print(int(number), file=told)
    if number == signal.SIGUSR2:
        sys.stdin.readline()
        os.kill(0, signal.SIGTERM)
"""


def python(code, *arguments):
    return (sys.executable, "-I", "-S", "-c", code, *arguments)


def lead_session(terminal):
    """For preexec_fn, with start_new_session: a terminal of its own."""
    return lambda: fcntl.ioctl(terminal.its, termios.TIOCSCTTY, 0)
