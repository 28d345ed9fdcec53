"""Who takes what the daemon sends: sockets read by a thread."""
import contextlib
import socket
import threading

from program import HANG_SECONDS

HOST = "127.0.0.1"


class Receiver:
    """Keeps all that comes to a port or a path, in a thread.

    `streams` are the bytes of each connection, `datagrams` each datagram.
    """

    def __init__(self, address, kind=socket.SOCK_STREAM):
        path = not isinstance(address, int)
        family = socket.AF_UNIX if path else socket.AF_INET
        self.kind = kind
        self.server = socket.socket(family, kind)
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.server.bind(str(address) if path else (HOST, address))
        self.streams, self.datagrams, self.open = [], [], set()
        self.changed = threading.Condition()
        serve = self.take
        if kind == socket.SOCK_STREAM:
            self.server.listen()
            serve = self.accept
        self.thread = threading.Thread(target=serve, daemon=True)
        self.thread.start()

    def accept(self):
        with contextlib.suppress(OSError):  # the server was closed
            while True:
                connection = self.server.accept()[0]
                with self.changed:
                    self.streams.append(bytearray())
                    self.open.add(connection)
                threading.Thread(target=self.read, daemon=True, args=(
                    connection, self.streams[-1])).start()

    def read(self, connection, stream):
        with contextlib.suppress(OSError):
            while block := connection.recv(1 << 18):
                with self.changed:
                    stream += block
                    self.changed.notify_all()
        with self.changed:
            self.open.discard(connection)
            self.changed.notify_all()
        connection.close()

    def take(self):
        with contextlib.suppress(OSError):
            while True:
                datagram = self.server.recv(1 << 18)
                with self.changed:
                    self.datagrams.append(datagram)
                    self.changed.notify_all()

    def data(self):
        return b"".join(self.streams) + b"".join(self.datagrams)

    def wait_for(self, condition):
        with self.changed:
            if not self.changed.wait_for(lambda: condition(self),
                                         HANG_SECONDS):
                raise AssertionError(f"only {len(self.data())} bytes came: "
                                     f"{self.data()[-200:]!r}")

    def wait_for_bytes(self, count):
        self.wait_for(lambda _: len(self.data()) >= count)
        return self.data()

    def wait_for_end(self):
        """Until no connection is open; all that came."""
        self.wait_for(lambda _: not self.open)
        return self.data()

    def close(self):
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        with self.changed:
            for connection in self.open:
                connection.shutdown(socket.SHUT_RDWR)
