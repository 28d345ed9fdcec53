"""A name that no name server answers, and the sinks with other names."""
import socket
import subprocess
import unittest

import program
import serve_faults as serve
from program import PROGRAM, wait_until
from serve_ends import Receiver, expected, lines_of, send
from serve_faults import Daemon

SERVER = "127.0.0.199"


def name_server():
    """A socket that takes questions and never answers; None: not permitted."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.bind((SERVER, 53))
    except OSError:
        sock.close()
        return None
    return sock


def may_mount():
    """A resolv.conf of one's own needs that."""
    return subprocess.run(["unshare", "--mount", "true"],
                          stderr=subprocess.DEVNULL).returncode == 0


class Names(program.Case):
    @unittest.skipUnless(may_mount(), "not permitted to mount a resolv.conf")
    def test_name_that_is_not_answered_delays_no_other_sink(self):
        server = name_server()
        if server is None:
            self.skipTest("not permitted to be a name server")
        self.addCleanup(server.close)
        server.settimeout(program.HANG_SECONDS)
        conf = self.folder / "resolv.conf"
        # Longer than a test waits.
        conf.write_text(f"nameserver {SERVER}\n"
                        "options timeout:30 attempts:5\n")
        port, receiver = serve.free_port(), Receiver(self)
        daemon = Daemon(
            self, serve.config(
                {"app": serve.tcp_source(port)},
                {"a": {"type": "lines", "address": "tcp://slow.example:1",
                       "buffer": {"when_full": "drop_newest"}},
                 "b": {"type": "lines",
                       "address": f"tcp://localhost:{receiver.port}"}},
                drain_timeout="100ms"), exit_code=2,  # of sink a
            command=["unshare", "--mount", "sh", "-c",
                     'mount --bind "$0" /etc/resolv.conf && exec "$@"',
                     str(conf), PROGRAM])
        server.recv(1500)  # it is asked, so a thread waits
        send(port, lines_of("app", 10))
        wanted = expected(lines_of("app", 10))
        self.assert_same(receiver.wait_for(len(wanted)), wanted)
        self.assertEqual(daemon.metric("sink_up", sink="b"), 1)
        self.assertEqual(daemon.metric("sink_up", sink="a"), 0)


if __name__ == "__main__":
    unittest.main()
