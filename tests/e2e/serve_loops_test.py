"""A daemon that would read what it writes does not start, and no reload makes
it one."""
import os
import socket
import subprocess
import unittest

import program
import serve_faults as serve
from program import PROGRAM, HANG_SECONDS
from serve_faults import Daemon

LINES = b"one\ntwo\n"


def own_names():
    """Names and addresses of this machine, as far as it can resolve them."""
    names = {"localhost", "127.0.0.2", socket.gethostname()}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("192.0.2.1", 9))  # sends nothing
            names.add(sock.getsockname()[0])
        except OSError:
            pass
    return sorted(names)


def resolves(name):
    try:
        return bool(socket.getaddrinfo(name, None, socket.AF_INET))
    except OSError:
        return False


class Loops(program.Case):
    def assert_refused(self, *words, stdin=subprocess.DEVNULL):
        done = subprocess.run([PROGRAM, "serve", *words], stdin=stdin,
                              capture_output=True, timeout=HANG_SECONDS)
        self.assertIn(b": a loop", done.stderr)
        self.assertNotEqual(done.returncode, 0)

    def test_sink_at_any_name_of_this_machine_is_a_loop(self):
        for scheme in "tcp", "udp":
            for name in filter(resolves, own_names()):
                with self.subTest(scheme=scheme, name=name):
                    port = serve.free_port()
                    self.assert_refused(
                        "--source", f"syslog+{scheme}://0.0.0.0:{port}",
                        "--sink", f"lines+{scheme}://{name}:{port}")

    def test_sink_at_a_linked_path_of_a_socket_is_a_loop(self):
        folder = self.folder / "run"
        folder.mkdir()
        (self.folder / "link").symlink_to(folder)
        self.assert_refused(
            "--source", f"syslog+unix://{folder}/log.sock",
            "--sink", f"lines+unix://{self.folder}/link/log.sock")

    def test_file_that_stdin_reads_is_a_loop_by_whatever_name(self):
        path = self.folder / "file"
        path.write_bytes(LINES)
        os.link(path, self.folder / "hard")
        (self.folder / "soft").symlink_to(path)
        for name in "file", "hard", "soft":
            with self.subTest(name), path.open("rb") as stdin:
                self.assert_refused("--source", "stdin", "--sink",
                                    f"file://{self.folder / name}",
                                    stdin=stdin)
                self.assertEqual(path.read_bytes(), LINES)

    def test_stdout_that_stdin_reads_is_a_loop(self):
        path = self.folder / "file"
        path.write_bytes(LINES)
        with path.open("rb") as stdin, path.open("ab") as stdout:
            done = subprocess.run(
                [PROGRAM, "serve", "--source", "stdin", "--sink", "stdout"],
                stdin=stdin, stdout=stdout, stderr=subprocess.PIPE,
                timeout=HANG_SECONDS)
        self.assertIn(b"stdout is what stdin reads: a loop", done.stderr)
        self.assertEqual(path.read_bytes(), LINES)

    def test_other_file_is_none(self):
        path, out = self.folder / "file", self.folder / "out"
        path.write_bytes(LINES)
        with path.open("rb") as stdin:
            done = subprocess.run(
                [PROGRAM, "serve", "--source", "stdin", "--sink",
                 f"file://{out}"], stdin=stdin, stderr=subprocess.PIPE,
                timeout=HANG_SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(out.read_bytes(), LINES)

    def test_reload_to_a_loop_is_refused(self):
        read, write = os.pipe()
        self.addCleanup(os.close, write)
        settings = serve.config({"in": {"type": "stdin"}},
                                {"out": {"type": "blackhole"}})
        with open(read, "rb") as stdin:
            daemon = Daemon(self, settings, stdin=stdin)
            settings["sinks"]["file"] = {
                "type": "file", "inputs": ["in"],
                "path": f"/proc/{os.getpid()}/fd/{read}"}
            daemon.reload(settings, result="refused")
            daemon.wait_said("not reloaded", "is what stdin reads: a loop")


if __name__ == "__main__":
    unittest.main()
