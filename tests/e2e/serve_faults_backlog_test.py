"""Connections that wait at a socket whose file is gone, and a reload."""
import contextlib
import signal
import socket
import unittest

import program
import serve_faults as serve
from program import HANG_SECONDS, wait_until
from serve_ends import Receiver, lines_of, numbers
from serve_faults import Daemon

# More than a listener accepts in a turn: the signal's turn is before the last.
MANY = 200


class GoneSocketFile(program.Case):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "app.sock"
        self.receiver = Receiver(self)
        self.daemon = Daemon(self, self.settings("app"))

    def settings(self, name):
        settings = serve.config(
            {name: {"type": "syslog", "address": f"unix://{self.path}"}},
            {"out": serve.tcp_sink(self.receiver.port)})
        admin = getattr(self, "admin", settings["service"]["admin"])
        self.admin = settings["service"]["admin"] = admin
        return settings

    def wait_in_the_backlog(self, stack):
        """Connections that have sent all, while the daemon stands still."""
        self.daemon.signal(signal.SIGSTOP)
        for i in range(MANY):
            sock = stack.enter_context(socket.socket(socket.AF_UNIX))
            sock.settimeout(HANG_SECONDS)
            sock.connect(str(self.path))
            sock.sendall(lines_of("app", 1, first=i))
        self.path.unlink()

    def reload_to(self, name):
        """With one SIGHUP, which comes while they wait."""
        with contextlib.ExitStack() as stack:
            self.wait_in_the_backlog(stack)
            self.daemon.configure(self.settings(name))
            self.daemon.signal(signal.SIGHUP)
            self.daemon.signal(signal.SIGCONT)
            wait_until(lambda: self.daemon.process.poll() is not None or
                       len(self.receiver.lines()) == MANY)
        self.assertIsNone(self.daemon.process.poll(), self.daemon.log())
        self.assertEqual(sorted(numbers(self.receiver.lines(), "app")),
                         list(range(MANY)))
        wait_until(self.path.exists)
        self.daemon.settled()
        self.assertEqual(self.daemon.stop(), 0)

    def test_waiting_connections_are_taken_by_a_reload(self):
        self.reload_to("app")

    def test_waiting_connections_are_taken_by_a_reload_that_renames(self):
        """The workers do not know the old name any more when it is done."""
        self.reload_to("other")


if __name__ == "__main__":
    unittest.main()
