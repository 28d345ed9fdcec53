"""A reload that runs out of something is refused, and leaves nothing behind."""
import copy
import os
import pathlib
import re
import resource
import signal
import socket
import stat
import unittest

import program
import serve_faults as serve
from program import wait_until
from serve_ends import Receiver, connect, expected, lines_of, send
from serve_faults import Daemon

# Room for libraries' own small needs, not for the stack of a thread.
ROOM_BYTES = 4 << 20


def abandoned_socket(path):
    """A socket's file that nobody listens on; its inode."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(path))
    return path.stat().st_ino


class Case(program.Case):
    def start(self, source=None, **popen):
        self.port = serve.free_port()
        self.receiver = Receiver(self)
        self.settings = serve.config(
            {"app": source or serve.tcp_source(self.port)},
            {"out": serve.tcp_sink(self.receiver.port)})
        self.daemon = Daemon(self, self.settings, **popen)
        self.sent = 0

    def changed(self, sources=None, sinks=None):
        settings = copy.deepcopy(self.settings)
        settings["sources"].update(sources or {})
        for sink in (sinks or {}).values():
            sink["inputs"] = ["app"]
        settings["sinks"].update(sinks or {})
        settings["sinks"]["out"]["inputs"] = ["*"]
        return settings

    def refused(self, settings, *words):
        """The old configuration goes on, and why is told."""
        before = len(self.daemon.said("not reloaded"))
        self.daemon.reload(settings, result="refused")
        wait_until(lambda: len(self.daemon.said("not reloaded")) > before)
        line = self.daemon.said("not reloaded")[-1]
        for word in words:
            self.assertIn(word, line)

    def assert_goes_on(self):
        data = lines_of("app", 100, first=self.sent)
        self.assertTrue(send(self.port, data))
        self.sent += 100
        wanted = expected(lines_of("app", self.sent))
        self.assert_same(self.receiver.wait_for(len(wanted)), wanted)


class Descriptors(Case):
    """What the daemon does is told by its log: the admin endpoint may have no
    descriptor for an answer."""

    def test_sources_beyond_the_limit_are_refused_at_whatever_is_missing(self):
        """Each number of them runs out at another step."""
        self.start(preexec_fn=serve.limit_descriptors(48))
        port = serve.free_port()
        results = set()
        with connect(self.port) as sock:
            for count in range(1, 30):
                results.add(self.reload(self.changed(
                    {f"udp{i}": {"type": "lines",
                                 "address": f"udp://127.0.1.{i + 1}:{port}"}
                     for i in range(count)})))
                self.assert_reads_on(sock)
                self.assertEqual(self.reload(self.settings), "done")
        self.assertEqual(results, {"done", "refused"})
        self.assertTrue(self.daemon.said("not reloaded", "source udp"))
        self.assertEqual(self.daemon.stop(), 0)

    def reload(self, settings):
        """What comes of it."""
        said = {"done": "info reloaded", "refused": "error not reloaded"}
        before = {each: len(self.daemon.said(said[each])) for each in said}
        self.daemon.configure(settings)
        self.daemon.signal(signal.SIGHUP)
        results = []

        def is_known():
            self.assertIsNone(self.daemon.process.poll(), self.daemon.log())
            results.extend(each for each in said if
                           len(self.daemon.said(said[each])) > before[each])
            return results
        wait_until(is_known)
        return results[0]

    def assert_reads_on(self, sock):
        sock.sendall(lines_of("app", 10, first=self.sent))
        self.sent += 10
        wanted = expected(lines_of("app", self.sent))
        self.assert_same(self.receiver.wait_for(len(wanted)), wanted)


@unittest.skipIf(serve.SANITIZED, "a sanitizer needs all of the addresses")
class Threads(Case):
    def limit_memory(self):
        """No stack of a thread has room any more."""
        pid = self.daemon.process.pid
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        size = int(re.search(r"VmSize:\s+(\d+) kB", status)[1]) << 10
        _, most = resource.prlimit(pid, resource.RLIMIT_AS)
        resource.prlimit(pid, resource.RLIMIT_AS, (size + ROOM_BYTES, most))

    def test_writer_without_a_thread_refuses_the_reload(self):
        self.start(preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_STACK, (32 << 20, 32 << 20)))
        self.limit_memory()
        path = self.folder / "new"
        self.refused(self.changed(sinks={
            "file": {"type": "file", "path": str(path)}}), "sink file")
        self.assertFalse(path.exists())
        self.assert_goes_on()
        self.assertEqual(self.daemon.stop(), 0)


class NothingIsLeft(Case):
    """Of what was made or changed before a later step failed."""

    def setUp(self):
        super().setUp()
        self.app = self.folder / "app.sock"
        self.taken = Receiver(self)

    def failing(self, sources=None, sinks=None):
        """The last source cannot be bound."""
        return self.changed({**(sources or {}),
                             "zz": serve.tcp_source(self.taken.port)}, sinks)

    def test_new_files_are_removed(self):
        self.start()
        new, old = self.folder / "new", self.folder / "old"
        old.write_bytes(b"old\n")
        sinks = {"new": {"type": "file", "path": str(new)},
                 "old": {"type": "file", "path": str(old)}}
        self.refused(self.failing(sinks=sinks), "source zz")
        self.assertFalse(new.exists())
        self.assertEqual(old.read_bytes(), b"old\n")
        self.assert_goes_on()

    def test_abandoned_sockets_of_others_come_back(self):
        self.start()
        path = self.folder / "other.sock"
        inode = abandoned_socket(path)
        source = {"aa": {"type": "lines", "address": f"unix://{path}"}}
        before = sorted(os.listdir(self.folder))
        self.refused(self.failing(source), "source zz")
        self.assertEqual(path.stat().st_ino, inode)
        self.assertEqual(sorted(os.listdir(self.folder)), before)
        self.daemon.reload(self.changed(source))
        self.assertNotEqual(path.stat().st_ino, inode)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_mode_that_was_changed_is_that_of_before(self):
        """Also where the configuration of before named none."""
        self.start({"type": "syslog", "address": f"unix://{self.app}"})
        before = stat.S_IMODE(self.app.stat().st_mode)
        last = {"type": "lines", "address": f"unix://{self.folder}/last.sock"}
        self.settings = self.changed({"last": last})
        self.daemon.reload(self.settings)
        app = {"type": "syslog", "address": f"unix://{self.app}",
               "mode": "0600" if before != 0o600 else "0660"}
        self.refused(self.changed({
            "app": app, "last": {**last, "user": "nobody-is-called-so"}}),
            "source last: no such user")
        self.assertEqual(stat.S_IMODE(self.app.stat().st_mode), before)
        self.daemon.reload(self.changed({"app": app}))
        self.assertNotEqual(stat.S_IMODE(self.app.stat().st_mode), before)


if __name__ == "__main__":
    unittest.main()
