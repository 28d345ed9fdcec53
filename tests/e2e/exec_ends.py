"""Commands that exec is to run, for its tests."""
import fcntl
import sys
import termios

# Prints the number of each signal as it comes; SIGTERM is the last.
SIGNALS = """
import os, signal, sys
wanted = set(signal.valid_signals()) - {signal.SIGCHLD}
signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
print("ready", flush=True)
for echoes in (sys.argv[1:] or ["0"]):
    number = 0
    while number != signal.SIGTERM:
        number = signal.sigwait(wanted)
        print(int(number), flush=True)
    if echoes == "group":
        os.kill(0, signal.SIGTERM)
"""


def python(code, *arguments):
    return (sys.executable, "-I", "-S", "-c", code, *arguments)


def lead_session(terminal):
    """For preexec_fn, with start_new_session: a terminal of its own."""
    return lambda: fcntl.ioctl(terminal.its, termios.TIOCSCTTY, 0)
