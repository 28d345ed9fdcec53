"""Apache's piped logs and nginx's syslog, beside the same with plain files."""
import contextlib
import http.client
import os
import pathlib
import re
import signal
import socket
import subprocess
import unittest

import program
import recipes
from program import HANG_SECONDS, secret, wait_until
from recipes import IS_ROOT, block, setting
from serve_program import HOST, free_port, peers

KEYS = [secret(number) for number in range(8)]
PERCENT = KEYS[1].replace("+", "%2B").replace("/", "%2F")
JSON = KEYS[2].replace("/", r"\/")
# The target of each request, and its User-Agent.
REQUESTS = [
    ("/?n=0", "none"),
    (f"/?key={KEYS[0]}", "plain"),
    (f"/?key={PERCENT}&more=1", "percent"),
    ("/?n=3", f'in "quotes" {KEYS[3]}; and a \\ tab\t'),
    (f"/?{'x' * 7000}{KEYS[4]}", "long"),
    (f"/?a={KEYS[5]}&b={KEYS[6]}", f"three: {KEYS[7]}"),
    (f"/?key={program.wrong(8)}", "a wrong checksum"),
    ("/?n=7", "grüße"),
]
MASKS = 7
LAST = "/?the-last"
# Both servers do the same, but not in the same moment.
NOW = re.compile(rb"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}"
                 rb"|[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d [\d:.]{15} \d{4}"
                 rb"|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d")
# A process, a thread, a client's port.
WHO = re.compile(rb"pid \d+:tid \d+|client 127\.0\.0\.1:\d+|\d+#\d+: \*\d+")


def timeless(text):
    return WHO.sub(b"WHO", NOW.sub(b"NOW", text))


def below_exec(page, places, *more):
    """The command of a page, running; `more` are further arguments."""
    words = setting(block(page, "cflt-redact exec -- "),
                    "^cflt-redact (exec -- .*)$").split(" ")
    return program.Running(
        *(places.get(word, word) for word in words), *more,
        env=peers.ENVIRONMENT, stdin=subprocess.DEVNULL)


class Case(recipes.Case):
    secrets = KEYS

    def setUp(self):
        super().setUp()
        # The servers' workers are nobody; the folder is for its owner.
        self.folder.chmod(0o711)
        self.access, self.error, self.twin_access, self.twin_error = (
            self.folder / name for name in (
                "access.log", "error.log", "twin_access", "twin_error"))

    def ask(self, port, requests=REQUESTS):
        """One after the other, so that they are logged in this order."""
        connection = http.client.HTTPConnection(HOST, port,
                                                timeout=HANG_SECONDS)
        with contextlib.closing(connection):
            for target, agent in requests:
                connection.request("GET", target, headers={
                    "User-Agent": agent.encode("utf-8")})
                connection.getresponse().read()


class Apache(Case):
    def setUp(self):
        super().setUp()
        self.places = {"/var/log/apache2/access.log": self.access,
                       "/var/log/apache2/error.log": self.error}

    def config(self, port, logs):
        """`{folder}` is for what Apache writes beside its logs."""
        user = "User nobody\nGroup nogroup\n" if IS_ROOT else ""
        modules = "".join(
            f"LoadModule {name}_module {peers.APACHE_MODULES}/mod_{name}.so\n"
            for name in ("mpm_event", "authz_core"))
        # Debian's format.
        return (
            f"ServerRoot {{folder}}\nDefaultRuntimeDir {{folder}}\n"
            f"PidFile {{folder}}/pid\nListen {HOST}:{port}\n"
            f"ServerName localhost\n{modules}{user}"
            "StartServers 1\nThreadsPerChild 4\nMaxRequestWorkers 8\n"
            "MinSpareThreads 1\nMaxSpareThreads 8\n"
            f"DocumentRoot {self.folder}\n"
            'LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\"'
            ' \\"%{User-Agent}i\\"" combined\n' + logs)

    def apache(self, logs):
        """A server that logs so; its port, and the process."""
        port = free_port()
        peer = self.start_peer(
            "apache2", [peers.tcp(port)],
            {"apache.conf": self.config(port, logs)},
            "-D", "FOREGROUND", "-f", "{folder}/apache.conf")
        return port, peer

    def with_filter(self):
        return self.apache(self.block("apache.md", 'CustomLog "|'))

    def with_files(self):
        return self.apache(f"CustomLog {self.twin_access} combined\n"
                           f"ErrorLog {self.twin_error}\n")

    def test_access_log_is_that_of_a_file_but_for_the_masks(self):
        for port, _ in self.with_filter(), self.with_files():
            self.ask(port)
        ours, twin = (b"".join(self.wait_for_lines(path, len(REQUESTS)))
                      for path in (self.access, self.twin_access))
        self.assert_redacted(timeless(ours), timeless(twin), MASKS)

    def test_error_log_is_that_of_a_file_but_for_the_masks(self):
        requests = [(f"/../{KEYS[0]}", "outside"), ("/../", LAST)]
        for port, _ in self.with_filter(), self.with_files():
            self.ask(port, requests)
        for path in self.error, self.twin_error:
            self.wait_for(path, b"(/../)")
        self.secrets = KEYS[:1]
        ours, twin = (timeless(b"".join(
            line for line in path.read_bytes().splitlines(keepends=True)
            if b"/../" in line)) for path in (self.error, self.twin_error))
        self.assert_redacted(ours, twin, 1)

    def wait_for(self, path, text):
        wait_until(lambda: path.exists() and text in path.read_bytes())

    def test_request_that_outlasts_a_reload_is_logged(self):
        """By the old filter, though it was told to end."""
        big = self.file("big", b"x" * (20 << 20))
        big.chmod(0o644)
        os.utime(big, (0, 0))  # of a new file the answer is longer, by `W/`
        for server, log in ((self.with_filter, self.access),
                            (self.with_files, self.twin_access)):
            port, peer = server()
            # Once it has written, the filter knows what to do at SIGTERM.
            self.ask(port, [("/?before", "a")])
            self.wait_for_lines(log, 1)
            with socket.create_connection((HOST, port)) as slow:
                slow.settimeout(HANG_SECONDS)
                slow.sendall(f"GET /big?{KEYS[0]} HTTP/1.0\r\n\r\n".encode())
                slow.recv(100)  # it is being served
                self.reload(peer)
                self.ask(port, [("/?after", "b")])
                self.wait_for_lines(log, 2)
                while slow.recv(1 << 20):
                    pass
        self.secrets = KEYS[:1]
        ours, twin = (b"".join(self.wait_for_lines(path, 3))
                      for path in (self.access, self.twin_access))
        self.assert_redacted(timeless(ours), timeless(twin), 1)

    def reload(self, peer):
        """Until a new worker is there."""
        before = self.children(peer)
        peer.process.send_signal(signal.SIGUSR1)
        wait_until(lambda: self.children(peer) - before)

    def test_renamed_log_is_followed_by_a_new_one(self):
        port, peer = self.with_filter()
        self.ask(port, [(f"/?first={KEYS[0]}", "a")])
        self.wait_for_lines(self.access, 1)
        old = self.access.rename(self.folder / "access.log.1")
        self.reload(peer)
        wait_until(self.access.exists)
        self.ask(port, [(f"/?second={KEYS[1]}", "b")])
        new = self.wait_for_lines(self.access, 1)
        for lines, target in (([old.read_bytes()], b"/?first=cflt****"),
                              (new, b"/?second=cflt****")):
            self.assertEqual(len(lines), 1)
            self.assertIn(target, lines[0])

    def test_filter_that_dies_is_started_anew(self):
        port, peer = self.with_filter()
        self.ask(port, [(f"/?first={KEYS[0]}", "a")])
        self.wait_for_lines(self.access, 1)
        dead = self.filters(peer)
        for pid in dead:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: self.filters(peer) - dead)
        self.ask(port, [(f"/?second={KEYS[1]}", "b")])
        lines = self.wait_for_lines(self.access, 2)
        self.assertIn(b"/?second=cflt****", lines[1])

    def test_below_exec_it_logs_what_it_logs_to_files(self):
        requests = [*REQUESTS, (f"/../{KEYS[0]}", "outside")]
        port, _ = self.with_files()
        self.ask(port, requests)
        port = free_port()
        path = self.file("apache.conf", self.config(port, self.block(
            "apache.md", "CustomLog /dev/stdout")).replace(
                "{folder}", str(self.folder)))
        with below_exec("apache.md", {"apache2": peers.find_program(
                "apache2")}, "-f", str(path)) as app:
            wait_until(lambda: peers.is_open("tcp", port))
            self.ask(port, requests)
            app.process.send_signal(signal.SIGTERM)
            out, err = app.process.communicate()
        self.assertEqual(app.process.returncode, 0)
        self.assert_redacted(timeless(out), timeless(b"".join(
            self.wait_for_lines(self.twin_access, len(requests)))), MASKS + 1)
        twin = self.twin_error.read_bytes()
        ours, twin = (timeless(b"".join(
            line for line in text.splitlines(keepends=True)
            if b"/../" in line)) for text in (err, twin))
        self.secrets = KEYS[:1]
        self.assert_redacted(ours, twin, 1)

    def children(self, peer):
        path = f"/proc/{peer.pid}/task/{peer.pid}/children"
        with open(path, encoding="ascii") as children:
            return {int(pid) for pid in children.read().split()}

    def filters(self, peer):
        """Those of Apache's children that write the access log."""
        def writes_it(pid):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/cmdline", "rb") as command:
                    return str(self.access).encode() in command.read()
            return False
        return set(filter(writes_it, self.children(peer)))


class Nginx(Case):
    # All that nginx writes beside its logs, in its folder.
    PLACES = "".join(f"{name}_temp_path {{folder}}/{name};\n" for name in (
        "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    HEADER = re.compile(rb"^<\d+>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d nginx: ",
                        re.M)

    def setUp(self):
        super().setUp()
        self.written = self.folder / "written"
        self.port, self.source = free_port(), free_port()
        self.places = {f"{HOST}:5514": f"{HOST}:{self.source}",
                       "/var/log/cflt-redact/nginx.log": self.written}

    def nginx(self, text):
        return self.start_peer(
            "nginx", [peers.tcp(self.port)], {"nginx.conf": text},
            "-c", "{folder}/nginx.conf", "-e", "{folder}/boot.log")

    def nginx_with(self, logs):
        user = "user nobody nogroup;\n" if IS_ROOT else ""
        return self.nginx(
            f"{user}daemon off;\npid {{folder}}/pid;\nevents {{}}\n"
            f"http {{\n{self.PLACES}\naccess_log {self.twin_access};\n"
            f"error_log {self.twin_error};\n{logs}\n"
            f"server {{\nlisten {HOST}:{self.port};\n"
            'location / { return 200 "ok"; }\n'
            "location /missing { root {folder}; }\n}\n}\n")

    def test_access_lines_are_those_of_a_file_but_for_the_masks(self):
        self.serve_block("nginx.md")
        self.nginx_with(self.block("nginx.md", "access_log syslog"))
        self.ask(self.port)
        written = b"".join(self.wait_for_lines(self.written, len(REQUESTS)))
        self.assertEqual(len(self.HEADER.findall(written)), len(REQUESTS))
        self.assert_redacted(self.HEADER.sub(b"", written),
                             self.twin_access.read_bytes(), MASKS)

    def test_error_lines_are_those_of_a_file_but_for_the_masks(self):
        self.secrets = KEYS[:1]
        self.serve_block("nginx.md")
        self.nginx_with("access_log off;\n" + re.sub(
            "^access_log .*$", "", self.block("nginx.md", "access_log syslog"),
            flags=re.M))
        self.ask(self.port, [(f"/missing?key={KEYS[0]}", "a"),
                             ("/missing?x", "b")])
        written = b"".join(self.wait_for_lines(self.written, 2))
        self.assert_redacted(self.HEADER.sub(b"", written),
                             self.twin_error.read_bytes(), 1)

    def test_lines_come_again_after_a_restart_of_the_daemon(self):
        daemon = self.serve_block("nginx.md")
        self.nginx_with(self.block("nginx.md", "access_log syslog"))
        self.ask(self.port, [("/?before", "a")])
        self.wait_for_lines(self.written, 1)
        daemon.stop()
        self.serve_block("nginx.md")
        def came():
            self.ask(self.port, [("/?after", "b")])
            return b"/?after" in self.written.read_bytes()
        wait_until(came)

    def test_unix_socket_that_is_full_loses_lines_without_a_word(self):
        """The reason why the page has UDP."""
        room = 1 + int(pathlib.Path(
            "/proc/sys/net/unix/max_dgram_qlen").read_text())
        path = self.folder / "socket"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as idle:
            idle.bind(str(path))
            path.chmod(0o666)
            self.nginx_with(f"access_log syslog:server=unix:{path};")
            self.ask(self.port, [("/", "a")] * (room + 10))
            self.wait_for_lines(self.twin_access, room + 10)
            idle.setblocking(False)
            for _ in range(room):
                idle.recv(1 << 16)
            with self.assertRaises(BlockingIOError):
                idle.recv(1 << 16)
        self.assertEqual(self.twin_error.read_bytes(), b"")

    def test_json_is_found_with_the_escapes_that_nginx_has(self):
        self.serve_block("nginx.md")
        self.nginx_with(self.block("nginx.md", "access_log syslog"))
        self.ask(self.port, [("/", '{"key":"%s"}' % JSON)])
        self.assertIn(rb'"{\x22key\x22:\x22cflt****\x22}"',
                      self.wait_for_lines(self.written, 1)[0])

    def test_json_is_found_with_the_escapes_of_json(self):
        self.serve_block("nginx.md")
        logs = self.block("nginx.md", "access_log syslog").replace(
            "combined;", "body;")
        self.nginx_with("log_format body escape=json '$http_user_agent';\n"
                        + logs)
        self.ask(self.port, [("/", '{"key":"%s"}' % JSON)])
        self.assertIn(rb'nginx: {\"key\":\"cflt****\"}',
                      self.wait_for_lines(self.written, 1)[0])

    def test_below_exec_it_logs_to_stdout_what_it_logs_to_a_file(self):
        text = self.block("nginx.md", "access_log /dev/stdout").replace(
            f"{HOST}:8080", f"{HOST}:{self.port}").replace(
            "access_log", f"{self.PLACES}\naccess_log {self.twin_access};\n"
            "access_log")
        path = self.file("nginx.conf", ("pid {folder}/pid;\n" + text).replace(
            "{folder}", str(self.folder)))
        with below_exec("nginx.md", {
                "nginx": peers.find_program("nginx"),
                "/etc/nginx/nginx.conf": str(path)},
                "-e", str(self.folder / "boot.log")) as app:
            wait_until(lambda: peers.is_open("tcp", self.port))
            self.ask(self.port)
            app.process.send_signal(signal.SIGHUP)
            self.ask(self.port)
            self.wait_for_lines(self.twin_access, 2 * len(REQUESTS))
            app.process.send_signal(signal.SIGQUIT)
            out, err = app.process.communicate()
        self.assertEqual((app.process.returncode, err), (0, b""))
        self.assert_redacted(out, self.twin_access.read_bytes(), 2 * MASKS)


if __name__ == "__main__":
    unittest.main()
