"""Where the daemon listens and sends: IPv6, names, socket files."""
import contextlib
import signal
import socket
import stat
import subprocess
import unittest

import serve_program
from program import PROGRAM, run, wait_until
from serve_program import HOST, MARK, connect, free_port, line, send
from serve_reference import redact


def has_ipv6():
    with contextlib.suppress(OSError):
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
            return True
    return False


def may_mount():
    """A hosts file of one's own needs that."""
    return subprocess.run(["unshare", "--mount", "true"],
                          stderr=subprocess.DEVNULL).returncode == 0


def is_open(host, port):
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


class Addresses(serve_program.Case):
    def setUp(self):
        super().setUp()
        self.port, self.out = free_port(), free_port()
        self.receiver = self.receive(self.out)
        self.path = self.folder / "app.sock"

    def serve_at(self, address, sink=None, **more):
        return self.serve(self.config_at(address, sink, **more))

    def config_at(self, address, sink=None, **more):
        return {
            "sources": {"app": {"type": "syslog", "address": address, **more}},
            "sinks": {"out": {"type": "lines", "inputs": ["app"],
                              "address": sink or f"tcp://{HOST}:{self.out}"}}}

    def assert_arrives(self, address, kind=socket.SOCK_STREAM):
        before = len(self.receiver.data())
        send(address, line(1, 1), kind=kind)
        expected = redact(line(1, 1)) + b"\n"
        got = self.receiver.wait_for_bytes(before + len(expected))
        self.assert_same(bytes(got[before:]), expected)

    @unittest.skipUnless(has_ipv6(), "no IPv6 here")
    def test_ipv6_sources_take_streams_and_datagrams(self):
        expected = b""
        for scheme, kind in (("tcp", socket.SOCK_STREAM),
                             ("udp", socket.SOCK_DGRAM)):
            with self.subTest(scheme):
                self.serve_at(f"{scheme}://[::1]:{self.port}")
                with socket.socket(socket.AF_INET6, kind) as sender:
                    sender.connect(("::1", self.port))
                    sender.sendall(line(1, 1))
                expected += redact(line(1, 1)) + b"\n"
                self.assert_same(self.receiver.wait_for_bytes(len(expected)),
                                 expected)

    def test_all_addresses_of_a_name_are_tried(self):
        """localhost is often ::1 first, where nobody listens."""
        self.serve_at(f"tcp://{HOST}:{self.port}",
                      f"tcp://localhost:{self.out}")
        self.assert_arrives(self.port)

    @unittest.skipUnless(may_mount(), "not permitted to mount a hosts file")
    def test_all_addresses_of_a_name_are_bound(self):
        hosts = self.file("hosts", "127.0.0.1 twice\n127.0.0.2 twice\n"
                                   "127.0.0.1 twice\n192.0.2.1 twice\n")
        daemon = subprocess.Popen([
            "unshare", "--mount", "sh", "-c",
            'mount --bind "$0" /etc/hosts && exec "$@"', str(hosts), PROGRAM,
            "serve", "--source", f"lines+tcp://twice:{self.port}", "--sink",
            "blackhole"], stderr=subprocess.DEVNULL)
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.kill)
        wait_until(lambda: is_open("127.0.0.1", self.port)
                   and is_open("127.0.0.2", self.port))
        self.assertFalse(is_open("127.0.0.3", self.port))
        daemon.terminate()
        self.assertEqual(daemon.wait(), 0)

    def test_a_socket_file_has_the_mode_that_was_asked_for(self):
        for scheme in "unix", "unixgram":
            for mode in 0o600, 0o660, 0o666:
                with self.subTest(f"{scheme} {mode:o}"):
                    path = self.folder / f"{scheme}{mode:o}"
                    self.serve_at(f"{scheme}://{path}", mode=f"0{mode:o}")
                    found = path.stat().st_mode
                    self.assertTrue(stat.S_ISSOCK(found))
                    self.assertEqual(found & 0o777, mode)

    def test_a_socket_file_that_a_crash_left_is_replaced(self):
        for scheme, kind in (("unix", socket.SOCK_STREAM),
                             ("unixgram", socket.SOCK_DGRAM)):
            with self.subTest(scheme):
                path = self.folder / scheme
                with socket.socket(socket.AF_UNIX, kind) as left:
                    left.bind(str(path))
                self.serve_at(f"{scheme}://{path}")
                self.assert_arrives(path, kind)

    def test_a_socket_that_somebody_reads_is_not_taken_away(self):
        first = self.serve_at(f"unix://{self.path}")
        done = run("serve", "--source", f"syslog+unix://{self.path}",
                   "--sink", "blackhole")
        self.assertEqual(done.returncode, 2)
        self.assertIn(str(self.path).encode(), done.stderr)
        self.assert_arrives(self.path)
        self.assertEqual(first.stop(), 0)

    def test_a_socket_file_goes_with_the_daemon_unless_it_is_another(self):
        daemon = self.serve_at(f"unix://{self.path}")
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(self.path.exists())
        daemon = self.serve_at(f"unix://{self.path}")
        self.path.unlink()
        with socket.socket(socket.AF_UNIX) as successor:
            successor.bind(str(self.path))
            self.assertEqual(daemon.stop(), 0)
            self.assertTrue(self.path.exists())

    def test_a_socket_file_that_was_removed_is_back_after_a_reload(self):
        for scheme, kind in (("unix", socket.SOCK_STREAM),
                             ("unixgram", socket.SOCK_DGRAM)):
            with self.subTest(scheme):
                path = self.folder / f"{scheme}.sock"
                daemon = self.serve_at(f"{scheme}://{path}")
                self.assert_arrives(path, kind)
                path.unlink()
                daemon.reload()
                self.assert_arrives(path, kind)

    def test_a_reload_changes_the_mode_of_no_other_file(self):
        daemon = self.serve_at(f"unix://{self.path}", mode="0600")
        other = self.file("other", "")
        other.chmod(0o600)
        self.path.unlink()
        self.path.symlink_to(other)
        self.assert_refused(daemon, mode="0666")
        self.assertEqual(other.stat().st_mode & 0o777, 0o600)

    def test_a_reload_that_may_not_change_who_connects_changes_nothing(self):
        daemon = self.serve_at(f"unix://{self.path}", mode="0600")
        self.assert_refused(daemon, mode="0666", group="no-such-group")
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)
        self.assert_arrives(self.path)

    def assert_refused(self, daemon, **more):
        """A reload that would set these."""
        config = self.config_at(f"unix://{self.path}", **more)
        before = daemon.metrics()("reloads_total", result="refused")
        daemon.write_config(config)
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("reloads_total", before + 1, result="refused")

    def test_no_socket_file_is_left_where_a_later_source_cannot_bind(self):
        done = run("serve", "--source", f"syslog+unix://{self.path}",
                   "--source", f"syslog+tcp://{HOST}:{self.out}",
                   "--sink", "blackhole")
        self.assertEqual(done.returncode, 2)
        self.assertFalse(self.path.exists())

    def test_a_file_that_is_no_socket_stays_as_it_is(self):
        path = self.file("app.sock", MARK)
        done = run("serve", "--source", f"syslog+unix://{path}",
                   "--sink", "blackhole")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(path.read_text(), MARK)

    def test_a_port_in_use_is_told_by_its_name(self):
        done = run("serve", "--source", f"syslog+tcp://{HOST}:{self.out}",
                   "--sink", "blackhole")
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"{HOST}:{self.out}".encode(), done.stderr)

    def test_a_unix_sink_that_comes_later_gets_all(self):
        late = self.folder / "late"
        self.serve_at(f"tcp://{HOST}:{self.port}", f"unix://{late}")
        with connect(self.port) as sender:
            sender.sendall(line(1, 1) + b"\n")
            receiver = self.receive(late)
            expected = redact(line(1, 1)) + b"\n"
            self.assert_same(receiver.wait_for_bytes(len(expected)), expected)


if __name__ == "__main__":
    unittest.main()
