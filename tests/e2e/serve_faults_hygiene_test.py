"""No secret in what the daemon says, and no core dump to find one in."""
import json
import os
import resource
import signal
import socket
import subprocess
import unittest
import urllib.parse

import program
import serve_faults as serve
from program import MASK, wait_until
from serve_ends import SECRET, Receiver, connect, linger, lines_of, send
from serve_faults import Daemon


# That can be a name, a host, and a part of a path.
NAME = SECRET.replace("+", "-").replace("/", "_")


class Case(program.Case):
    def assert_told(self, text, *words):
        """It says so, and not the secret."""
        for word in words:
            self.assertIn(word, text)
        self.assertEqual(program.leaks(text, SECRET), [], text)


class Refusals(Case):
    """Configurations with a secret where it does not belong."""

    def refuse(self, settings, name="config.yaml", code=78, **environment):
        text = settings if isinstance(settings, str) else json.dumps(settings)
        done = program.run("serve", "-c", str(self.file(name, text)),
                           env={**os.environ, **environment})
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, b"")
        return done.stderr.decode()

    def settings(self, **sink):
        return serve.config({"app": serve.tcp_source(serve.free_port())},
                            {"out": {"type": "blackhole", **sink}})

    def test_value_is_masked(self):
        for sink in ({"type": SECRET}, {"type": "file", "path": SECRET,
                                        "mode": SECRET},
                     {"inputs": [SECRET]}, {"inputs": SECRET},
                     {"buffer": {"max_size": SECRET}},
                     {"type": "lines", "address": f"tcp://{SECRET}:1"},
                     {"type": "lines", "address": SECRET},
                     {SECRET: 1}, {"buffer": SECRET}):
            with self.subTest(sink=sink):
                self.assert_told(self.refuse(self.settings(**sink)),
                                 "config.yaml:1:")

    def test_value_of_the_environment_is_masked(self):
        self.assert_told(self.refuse(self.settings(type="${KEY}"),
                                     KEY=SECRET), "config.yaml:1:")

    def test_syntax_error_does_not_quote(self):
        for text in (f"{SECRET}: [", f"a: {SECRET}: {SECRET}",
                     f'"{SECRET}', f"- {SECRET}\n  b: c\n a",
                     f"&{SECRET} *{SECRET}", f"%{SECRET}\n---\n",
                     f"!{SECRET} x", f"*{SECRET}"):
            with self.subTest(text=text):
                self.assert_told(self.refuse(text), "config.yaml:")

    def test_names_of_files_are_masked(self):
        told = self.refuse("sources: {", name=f"{NAME}.yaml")
        self.assert_told(told, f"{MASK}.yaml:1:")
        done = program.run("serve", "-c", f"/nowhere/{SECRET}")
        self.assertNotEqual(done.returncode, 0)
        self.assert_told(done.stderr.decode(), MASK)

    def test_sink_path_that_cannot_be_opened_is_masked(self):
        told = self.refuse(self.settings(type="file",
                                         path=f"/nowhere/{SECRET}"), code=2)
        self.assert_told(told, f"/nowhere/{MASK}", "No such file")

    def test_command_line_is_masked(self):
        done = program.run("serve", "--source", f"syslog+tcp://{SECRET}",
                           "--sink", SECRET)
        self.assertNotEqual(done.returncode, 0)
        self.assert_told(done.stderr.decode(), MASK)


class Running(Case):
    def test_log_at_its_loudest_and_metrics_tell_nothing(self):
        for form in "text", "json":
            port = serve.free_port()
            receiver = Receiver(self)
            path = self.folder / NAME
            daemon = Daemon(self, serve.config(
                {"app": serve.tcp_source(port, max_length="1KiB")},
                {"out": serve.tcp_sink(receiver.port),
                 "gone": {"type": "lines", "address": f"unix://{path}"},
                 "file": {"type": "file", "path": f"{path}.log"}},
                log={"level": "debug", "format": form}, drain_timeout="1s"))
            send(port, lines_of("log", 1000, pad=2000))
            with connect(port) as sock:
                sock.sendall(b"%d %s" % (len(SECRET) + 4,
                                         b"<13>" + SECRET.encode() * 9))
            with connect(port) as sock:
                sock.sendall(SECRET.encode())
                linger(sock)
            wait_until(lambda: daemon.metric(
                "source_closed_connections_total") == 3)
            daemon.metric("source_records_total")
            said = daemon.log() + daemon.seen.decode()
            self.assert_told(said, "sink is down", MASK)
            self.assertEqual(daemon.stop(), 2)  # "gone" got nothing

    def test_admin_endpoint_does_not_repeat_what_it_is_asked(self):
        daemon = Daemon(self, serve.config(
            {"app": serve.tcp_source(serve.free_port())},
            {"out": {"type": "blackhole"}}))
        host, port = daemon.settings["service"]["admin"].split(":")
        for asked in (f"GET /{urllib.parse.quote(SECRET)} HTTP/1.1",
                      f"{NAME} / HTTP/1.1", f"GET /{SECRET}", SECRET * 999,
                      f"GET /metrics?{SECRET} HTTP/1.1\r\nHost: {SECRET}"):
            with socket.create_connection((host, int(port))) as sock:
                sock.settimeout(program.HANG_SECONDS)
                sock.sendall(f"{asked}\r\n\r\n".encode())
                sock.shutdown(socket.SHUT_WR)
                answer = b""
                while block := self.receive(sock):
                    answer += block
            self.assert_told(answer.decode())
        self.assertEqual(daemon.page("/livez")[0], 200)

    def receive(self, sock):
        try:
            return sock.recv(65536)
        except ConnectionResetError:
            return b""


class Core(Case):
    @unittest.skipIf(serve.SANITIZED, "a sanitizer ends a crash its own way")
    def test_no_core_is_dumped(self):
        if not self.dumps_core(["sleep", "60"], lambda process: True):
            self.skipTest("this machine dumps no cores")
        settings = json.dumps(serve.config(
            {"app": serve.tcp_source(serve.free_port())},
            {"out": {"type": "blackhole"}}))
        config = self.file("config.yaml", settings)
        said = self.folder / "said"
        self.assertFalse(self.dumps_core(
            [program.PROGRAM, "serve", "-c", str(config)],
            lambda process: "started" in said.read_text()))

    def dumps_core(self, command, is_up):
        """Whether a crash leaves one behind, where it may."""
        with (self.folder / "said").open("wb") as stderr:
            process = subprocess.Popen(
                command, stderr=stderr, cwd=self.folder,
                preexec_fn=lambda: resource.setrlimit(
                    resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2))
        try:
            wait_until(lambda: is_up(process))
        finally:
            os.kill(process.pid, signal.SIGSEGV)
            _, status = os.waitpid(process.pid, 0)
            process.returncode = status
        self.assertEqual(os.WTERMSIG(status), signal.SIGSEGV)
        return os.WCOREDUMP(status)


if __name__ == "__main__":
    unittest.main()
