"""systemd, cron, CI, Vector and Fluentd: who starts us, and what they see.

Each starts the program as the page says, and its twin, the same without us.
"""
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import unittest

import program
import recipes
from program import HANG_SECONDS, secret
from recipes import RECIPES, block, setting
from serve_program import HOST, connect, free_port

KEYS = [secret(number) for number in range(4)]
BEFORE_CMD = f"{program.PROGRAM} exec -- "
# What a service does: prints, notifies, takes a connection from a socket that
# it was handed, and ends at SIGTERM with its last words.
APP = f"""#!{sys.executable} -IS
import os, signal, socket, sys
def say(text, fd=1):
    os.write(fd, text.encode() + b"\\n")
def notify(text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.sendto(text.encode(), os.environ["NOTIFY_SOCKET"])
def is_mine(name):
    return os.environ.get(name) == str(os.getpid())
def end(*_):
    say("last words {KEYS[2]}")
    sys.exit(3)
signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGHUP, lambda *_: say("reloaded"))
say("<3>key={KEYS[1]} on stderr", 2)
say("<6>key={KEYS[0]} of the service")
if is_mine("LISTEN_PID"):
    peer = socket.socket(fileno=3).accept()[0]
    say("got " + peer.recv(1000).decode())
if "NOTIFY_SOCKET" in os.environ:
    notify("READY=1")
    if is_mine("WATCHDOG_PID"):
        notify("WATCHDOG=1")
while True:
    signal.pause()
"""
# What a manager does before it becomes a service.
START = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()),
                  WATCHDOG_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""


class Case(recipes.Case):
    secrets = KEYS

    def executable(self, name, text):
        path = self.file(name, text)
        path.chmod(0o755)
        return path


class Service:
    """A running one, and what became of it."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen(
            command, bufsize=0, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def read_line(self):
        return self.process.stdout.readline()

    def end(self, how=signal.SIGTERM):
        """Its exit code, and the rest of both outputs."""
        with self.process:
            self.process.send_signal(how)
            out, err = self.process.communicate(timeout=HANG_SECONDS)
        return self.process.returncode, out, err


class Systemd(Case):
    UNITS = "app.service", "app-notify.service"

    def setUp(self):
        super().setUp()
        self.app = self.executable("app", APP)
        self.places = {"/usr/bin/app": self.app}

    def unit(self, name):
        return f"# /etc/systemd/system/{name}\n"

    def exec_start(self, name):
        """As systemd reads it."""
        line = setting(self.block("systemd.md", self.unit(name)),
                       "^ExecStart=(.*)$")
        self.assertIn(BEFORE_CMD, line)
        return line.replace("$$", "$")

    def both(self, line):
        """The command of the page, and its twin."""
        return [shlex.split(each)
                for each in (line, line.replace(BEFORE_CMD, ""))]

    @unittest.skipUnless(shutil.which("systemd-analyze"),
                         "systemd is not installed")
    def test_units_are_well_formed(self):
        for name in self.UNITS:
            self.file(name, re.sub(r"/usr/bin/(cflt-redact|app)", "/bin/true",
                                   block("systemd.md", self.unit(name))))
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no",
             "--recursive-errors=no",
             *(str(self.folder / name) for name in self.UNITS)],
            env={**os.environ, "SYSTEMD_UNIT_PATH": f"{self.folder}:"},
            capture_output=True, text=True, timeout=HANG_SECONDS)
        # A misspelt key is only a warning to it.
        self.assertNotIn(str(self.folder), done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_service_prints_the_same_and_ends_with_its_status(self):
        results = []
        for command in self.both(self.exec_start("app.service")):
            service = Service(command)
            first = service.read_line()
            service.process.send_signal(signal.SIGHUP)
            second = service.read_line()
            code, out, err = service.end()
            results.append((code, first + second + out, err))
        ours, twin = results
        self.assertEqual((ours[0], twin[0]), (3, 3))
        self.assertIn(b"reloaded", ours[1])
        self.assert_redacted(ours[1], twin[1], 2)
        self.assert_redacted(ours[2], twin[2], 1)

    def test_service_that_dies_of_its_signal_ends_with_the_pages_status(self):
        self.app.write_text("#!/bin/sh\necho begun\nexec sleep 1000\n")
        service = Service(shlex.split(self.exec_start("app.service")))
        self.assertEqual(service.read_line(), b"begun\n")
        documented = int(setting(self.block(
            "systemd.md", self.unit("app.service")),
            r"^SuccessExitStatus=(\d+)$"))
        self.assertEqual(service.end(), (documented, b"", b""))

    def test_service_notifies_and_takes_its_socket(self):
        results = []
        for number, command in enumerate(self.both(
                self.exec_start("app-notify.service"))):
            results.append(self.run_notifying(f"notify-{number}", command))
        (ours, notified), (twin, twin_notified) = results
        self.assertEqual(notified, [b"READY=1", b"WATCHDOG=1"])
        self.assertEqual(notified, twin_notified)
        self.assert_redacted(ours, twin, 3)

    def run_notifying(self, name, command):
        """Its stdout, and what the manager was told."""
        path = str(self.folder / name)
        with (socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
              socket.create_server((HOST, 0)) as server):
            manager.bind(path)
            manager.settimeout(HANG_SECONDS)
            with connect(server.getsockname()[1]) as client:
                client.sendall(KEYS[3].encode())
                service = Service(
                    [sys.executable, "-ISc", START, str(server.fileno()),
                     *command], pass_fds=[server.fileno()],
                    env={**os.environ, "NOTIFY_SOCKET": path})
                notified = [manager.recv(100) for _ in range(2)]
                code, out, _ = service.end()
        self.assertEqual(code, 3)
        return out, notified


class Cron(Case):
    def setUp(self):
        super().setUp()
        report = self.executable(
            "report", f"#!/bin/sh\necho out {KEYS[0]} $1\n"
            f"echo err {KEYS[1]} >&2\necho a {KEYS[2]}\nexit 4\n")
        shell = self.executable("redacted-sh",
                                self.block("jobs.md", "#!/bin/sh"))
        self.places = {"/usr/local/bin/report": report,
                       "/usr/local/bin/redacted-sh": shell}

    def entry(self, name):
        """The shell and the command of a file for /etc/cron.d."""
        text = self.block("jobs.md", f"# /etc/cron.d/{name}\n")
        shell = re.search("^SHELL=(.*)$", text, re.M)
        command = setting(text, r"^(?:\S+ ){5}root (.*)$")
        return shell[1] if shell else "/bin/sh", command

    def mail(self, shell, command):
        """What cron would send, and the exit status that it would log."""
        done = subprocess.run(
            [shell, "-c", command], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={"SHELL": shell, "HOME": "/", "LOGNAME": "root",
                 "PATH": "/usr/bin:/bin"}, timeout=HANG_SECONDS)
        return done.returncode, done.stdout

    def assert_same_mail(self, name, code):
        shell, command = self.entry(name)
        ours = self.mail(shell, command)
        twin = self.mail("/bin/sh", command.replace(BEFORE_CMD, ""))
        self.assertEqual((ours[0], twin[0]), (code, code))
        self.secrets = KEYS[:3]
        self.assert_redacted(ours[1], twin[1], 3)

    def test_mail_of_one_entry_is_the_same_but_for_the_masks(self):
        self.assertTrue(self.entry("report")[1].startswith(BEFORE_CMD))
        self.assert_same_mail("report", 4)

    def test_mail_of_all_entries_is_the_same_with_a_shell_of_their_own(self):
        self.assert_same_mail("reports", 0)


class Ci(Case):
    SCRIPT = (f"echo key={KEYS[0]}\necho ::add-mask::{KEYS[1]}\n"
              f"echo err={KEYS[2]} >&2\nfalse\necho never\n")

    def setUp(self):
        super().setUp()
        self.secrets = KEYS[:3]
        self.path = os.pathsep.join((os.path.dirname(program.PROGRAM),
                                     str(self.folder), os.environ["PATH"]))

    def run_job(self, command):
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, cwd=self.folder, timeout=HANG_SECONDS,
            env={**os.environ, "PATH": self.path})
        return done.returncode, done.stdout

    def test_github_step_prints_the_same_and_fails_as_without_us(self):
        words = setting(block("jobs.md", "# .github/workflows/build"),
                        "shell: (.*)$").split(" ")
        self.assertEqual(words[:3], ["cflt-redact", "exec", "--"])
        script = str(self.file("script.sh", self.SCRIPT))
        ours, twin = (self.run_job([word.replace("{0}", script)
                                    for word in each])
                      for each in (words, words[3:]))
        self.assertEqual((ours[0], twin[0]), (1, 1))
        self.assert_redacted(ours[1], twin[1], 3)
        self.assertIn(b"::add-mask::cflt****\n", ours[1])

    def test_gitlab_job_prints_the_same_and_fails_as_without_us(self):
        self.executable("make", "#!/bin/sh\n" + self.SCRIPT + "exit 2\n")
        command = re.findall("^    - (.*)$", block(
            "jobs.md", "# .gitlab-ci.yml"), re.M)[0]
        ours, twin = (self.run_job(["sh", "-ec", each]) for each in (
            command, command.replace("cflt-redact exec -- ", "")))
        self.assertEqual((ours[0], twin[0]), (2, 2))
        self.assert_redacted(ours[1], twin[1], 3)

    def test_gitlab_job_fails_if_an_artifact_holds_a_secret(self):
        command = re.findall("^    - (.*)$", block(
            "jobs.md", "# .gitlab-ci.yml"), re.M)[1]
        (self.folder / "reports").mkdir()
        for content, code in ("clean", 0), (f"key={KEYS[0]}", 1):
            (self.folder / "reports" / "a.txt").write_text(content)
            self.assertEqual(self.run_job(["sh", "-ec", command])[0], code)


    def test_hook_refuses_a_commit_with_a_secret_as_the_shipped_one_does(self):
        entries = [re.search("entry: (.*)$", text, re.M)[1] for text in (
            block("jobs.md", "# .pre-commit"),
            (RECIPES.parents[1] / ".pre-commit-hooks.yaml").read_text())]
        self.assertEqual(entries[0], entries[1])
        for content, code in ("clean", 0), (f"key={KEYS[0]}", 1):
            path = self.file("staged.txt", content)
            self.assertEqual(
                self.run_job([*entries[0].split(), str(path)])[0], code)

    def test_pull_request_scans_the_history_and_writes_sarif(self):
        commands = re.findall("- run: (.*)$", block(
            "jobs.md", "# .github/workflows/secrets.yml"), re.M)
        self.executable("git", f"#!/bin/sh\necho '+key={KEYS[0]}'\n")
        self.file("revoked.txt", "")
        codes = [self.run_job(["sh", "-ec", each])[0] for each in commands]
        self.assertEqual(codes, [1, 1])  # the git that we made holds one, too
        results = json.loads(
            (self.folder / "scan.sarif").read_text())["runs"][0]["results"]
        self.assertEqual(len(results), 1)


class Vector(Case):
    def test_source_exec_gets_the_same_outputs_and_status(self):
        app = self.executable("app", APP)
        self.places = {"/usr/bin/app": app}
        words = setting(self.block("vector.md", "type: exec"),
                        r"command: \[(.*)\]").split(", ")
        self.assertEqual(words[:3], [program.PROGRAM, "exec", "--"])
        results = []
        for command in words, words[3:]:
            service = Service(command)
            first = service.read_line()
            code, out, err = service.end()
            results.append((code, first + out, err))
        ours, twin = results
        self.assertEqual((ours[0], twin[0]), (3, 3))
        self.assert_redacted(ours[1], twin[1], 2)
        self.assert_redacted(ours[2], twin[2], 1)

    def test_events_of_the_sink_socket_arrive_as_they_were(self):
        self.secrets = KEYS[:3]
        entry, back = free_port(), free_port()
        self.places = {f"{HOST}:5515": f"{HOST}:{entry}",
                       f"{HOST}:5171": f"{HOST}:{back}"}
        receiver = self.receive(back)
        self.serve_block("vector.md", "vector_again")
        sent = "".join(json.dumps(each, ensure_ascii=False) + "\n"
                       for each in EVENTS).encode()
        with connect(entry) as vector:
            vector.sendall(sent)
        got = receiver.wait_for_bytes(len(program.redact(sent)))
        self.assert_redacted(got, sent, 4)
        assert_same_events(self, got)


# With a newline, an escape, a secret as a key, nested values.
EVENTS = [
    {"message": f"key={KEYS[0]}\nand a second line", "host": "web7",
     "timestamp": "2026-11-28T15:00:00.123456789Z"},
    {"message": "a clean one, grüße", "n": 1.5, "none": None},
    {"message": "q", "nested": {"list": [KEYS[1], {KEYS[2]: True}]}},
    {"message": 'in "quotes" \\ ' + KEYS[0] + "\t"},
]


def assert_same_events(case, got):
    """But for the masks, each is what was sent."""
    expected = json.loads(re.sub(
        "|".join(map(re.escape, KEYS)), program.MASK, json.dumps(EVENTS)))
    case.assertEqual([json.loads(line) for line in got.splitlines()], expected)


class Fluentd(Case):
    def child(self):
        """What exec_filter starts, with a pipe on each side."""
        command = setting(self.block("fluentd.md", "@type exec_filter"),
                          "^  command (.*)$").split(" ")
        self.assertEqual(command[0], program.PROGRAM)
        child = subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        self.addCleanup(child.__exit__, None, None, None)
        self.addCleanup(child.kill)
        return child

    def chunk(self):
        """As the formatter `json` writes records: Yajl leaves `/` alone, other
        libraries do not."""
        lines = [json.dumps(each, ensure_ascii=False) for each in EVENTS]
        lines[0] = lines[0].replace("/", "\\/")
        return "".join(each + "\n" for each in lines).encode()

    def test_child_gives_back_each_record_at_once_and_all_at_the_end(self):
        self.secrets = KEYS[:3]
        child, sent = self.child(), self.chunk()
        child.stdin.write(sent)
        expected = program.redact(sent)
        got = b""
        while len(got) < len(expected):
            got += child.stdout.read(len(expected) - len(got))
        self.assert_redacted(got, sent, 4)
        assert_same_events(self, got)
        # Its end: SIGTERM behind a chunk that it may not have read yet.
        child.stdin.write(sent)
        child.send_signal(signal.SIGTERM)
        child.stdin.close()
        rest, err = child.stdout.read(), child.stderr.read()
        self.assert_same(rest, expected)
        self.assertEqual((child.wait(HANG_SECONDS), err), (0, b""))

    def test_msgpack_would_be_broken(self):
        """The reason why the page says JSON."""
        text = f"key={KEYS[0]}".encode()
        record = b"\x81\xa7message\xd9" + bytes([len(text)]) + text
        redacted = program.redact(record)
        announced = redacted[redacted.index(b"\xd9") + 1]
        self.assertGreater(announced, len(redacted.partition(b"\xd9")[2]))


if __name__ == "__main__":
    unittest.main()
