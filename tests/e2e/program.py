"""The words that the end-to-end tests are written in.

CFLT_REDACT names the program under test. No test lets time pass: it waits for
bytes, for an exit, or for the program to wait (`wait_until_idle`). The one
number of seconds here only ends what hangs.
"""
import base64
import contextlib
import fcntl
import os
import pathlib
import pty
import random
import re
import socket
import string
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unittest
import zlib

sys.path.insert(0, str(
    pathlib.Path(__file__).resolve().parents[1] / "support"))

if "CFLT_REDACT" not in os.environ:
    raise SystemExit("set CFLT_REDACT to the program under test")
PROGRAM = os.path.abspath(os.environ["CFLT_REDACT"])
SANITIZED = any(name in pathlib.Path(PROGRAM).read_bytes()
                for name in (b"__asan_init", b"__tsan_init"))
# A sanitizer's program is 20 times slower, and its machine may be busy.
HANG_SECONDS = 240 if SANITIZED else 60

MASK = "cflt****"
KEY = "A1B2C3D4E5F6G7H8"  # what a key id looks like
SYMBOLS = string.ascii_letters + string.digits + "+/"


def secret(seed):
    """A fake secret that every way of writing changes: it holds + and /.

    Seven spaces at most may stand for + (docs/language.md, 4); behind one of
    g and w, base64 can be made to hold + or / as well.
    """
    rng = random.Random(seed)
    while True:
        body = "".join(rng.choices(SYMBOLS, k=54))
        crc = zlib.crc32(body.encode()).to_bytes(4, "little")
        whole = "cflt" + body + base64.b64encode(crc).decode()[:6]
        if 1 <= whole.count("+") <= 7 and "/" in body and whole[-1] in "gw":
            return whole


def wrong(seed):
    """The shape of a secret, with a checksum that does not hold."""
    whole = secret(seed)
    return "cflt" + whole[57:3:-1] + whole[58:]


def leaks(output, *secrets):
    """What is left of secrets in bytes or text, however it is written."""
    output = as_bytes(output)
    return [trace for each in secrets for trace in traces(each[4:58])
            if trace in output]


def traces(body):
    """The stretches of a body that no way of writing changes."""
    for stretch in re.findall("[A-Za-z0-9]{6,}", body):
        yield stretch.encode()
        yield stretch.encode("utf-16-le")[:-1]  # big-endian holds it as well
        yield stretch.encode().hex().encode()
        yield stretch.encode().hex().upper().encode()
        yield str(list(stretch.encode()))[1:-1].encode()
        yield str(list(stretch.encode()))[1:-1].replace(" ", "").encode()
    for skipped in range(3):
        text = base64.b64encode(body[skipped:skipped + 51].encode())
        yield from (text[at:at + 12] for at in range(0, 60, 4))


def as_bytes(data):
    return data.encode() if isinstance(data, str) else bytes(data)


def run(*args, data=b"", **options):
    """Runs the program to its end, with `data` on its stdin."""
    if "stdin" not in options:
        options["input"] = as_bytes(data)
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run([PROGRAM, *args], timeout=HANG_SECONDS, **options)


def run_shell(command, *args, **options):
    """Runs a line of sh; "$0" is the program, "$1" the first argument."""
    return subprocess.run(["sh", "-c", command, PROGRAM, *args],
                          capture_output=True, stdin=subprocess.DEVNULL,
                          timeout=HANG_SECONDS, **options)


def redact(data, *args):
    """What becomes of bytes or text; nothing else may happen."""
    done = run(*args, data=data)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"exit {done.returncode}: {done.stderr!r}")
    return done.stdout.decode() if isinstance(data, str) else done.stdout


def redact_pieces(pieces, *args):
    """Output and stderr, where each read() of the program gets one piece.

    That holds whatever the timing: this kind of socket keeps pieces apart.
    """
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, tempfile.TemporaryFile() as output:
        with its:
            app = Running(*args, stdin=its, stdout=output)
        with app:
            for piece in pieces:
                ours.sendall(piece)
            ours.close()
            stderr = app.finish().stderr
        output.seek(0)
        return output.read(), stderr


class Running:
    """A program in the middle of its work; none is left behind.

    After HANG_SECONDS it is killed, so that whoever waits for it goes on.
    A `launcher` is a command that becomes the program.
    """

    def __init__(self, *args, launcher=(), **options):
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.process = subprocess.Popen([*launcher, PROGRAM, *args],
                                        bufsize=0, **{**pipes, **options})
        self.watchdog = threading.Timer(HANG_SECONDS, self.process.kill)
        self.watchdog.start()
        self.writer = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.watchdog.cancel()
        self.process.kill()
        self.process.wait()
        if self.writer:
            self.writer.join()
        for pipe in (self.process.stdin, self.process.stdout,
                     self.process.stderr):
            if pipe:
                pipe.close()

    def terminate(self):
        """SIGTERM until it ends: it may not listen yet. Its exit code."""
        def ended():
            self.process.terminate()
            time.sleep(0.01)
            return self.process.poll() is not None
        wait_until(ended)
        return self.process.returncode

    def write(self, data):
        write_all(self.process.stdin, data)

    def write_in_background(self, blocks):
        """Writes all blocks while the test reads."""
        def feed():
            with contextlib.suppress(BrokenPipeError):
                for block in blocks:
                    self.write(block)
        self.writer = threading.Thread(target=feed)
        self.writer.start()

    def read(self, count, step=1 << 20):
        """Exactly `count` bytes of stdout, at most `step` at a time."""
        got = bytearray()
        while len(got) < count:
            block = self.process.stdout.read(min(step, count - len(got)))
            if not block:
                raise AssertionError(f"only {len(got)} bytes of {count}: "
                                     f"{bytes(got[:100])!r}")
            got += block
        return bytes(got)

    def answer(self, data):
        """What comes out for `data` before the program needs more input."""
        self.write(data)
        self.wait_until_idle()
        return self.read(waiting(self.process.stdout))

    def wait_until_idle(self):
        """Until it has read all there is, and sleeps: it waits for more."""
        wait_until(lambda: waiting(self.process.stdin) == 0 and self.asleep())

    def asleep(self):
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_bytes()
        state = stat.rpartition(b")")[2].split()[0]
        if state == b"Z":
            raise AssertionError("it has ended")
        return state == b"S"

    def peak_bytes(self):
        """The largest resident set so far, of this program alone; 0 under a
        sanitizer, whose memory is not the program's."""
        if SANITIZED:
            return 0
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) << 10

    def finish(self):
        """Closes stdin; the rest of its output and its exit code."""
        if self.writer:
            self.writer.join()
        stdout, stderr = self.process.communicate()
        return subprocess.CompletedProcess(self.process.args,
                                           self.process.returncode, stdout,
                                           stderr)


def write_all(pipe, data):
    view = memoryview(data)
    while view:
        view = view[pipe.write(view):]


def wait_until(condition):
    deadline = time.monotonic() + HANG_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it never came to this")
        time.sleep(0.0005)


def waiting(pipe):
    """How many bytes are in a pipe."""
    answer = fcntl.ioctl(pipe, termios.FIONREAD, struct.pack("i", 0))
    return struct.unpack("i", answer)[0]


class Terminal:
    """A pseudo-terminal: `its` end is for the program."""

    def __init__(self):
        self.ours, self.its = pty.openpty()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.hand_over()
        os.close(self.ours)

    def hand_over(self):
        """Keeps our end only, so that it ends when the program does."""
        if self.its is not None:
            os.close(self.its)
        self.its = None

    def read(self):
        """What is there, at least one byte; nothing at the end."""
        with contextlib.suppress(OSError):  # EIO is its end
            return os.read(self.ours, 1 << 16)
        return b""

    def read_until(self, last):
        """What is shown up to `last`, or to the end."""
        shown = b""
        while not (last and shown.endswith(last)) and (more := self.read()):
            shown += more
        return shown

    def read_to_end(self):
        return self.read_until(None)


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(as_bytes(content))
        return path

    def assert_same(self, actual, expected):
        """assertEqual, without printing megabytes."""
        if actual != expected:
            common = os.path.commonprefix([actual, expected])
            at = len(common)
            self.fail(f"differs at byte {at} of {len(expected)} "
                      f"({len(actual)} came): {actual[at:at + 40]!r} for "
                      f"{expected[at:at + 40]!r}")
