"""The words for tests of `serve` under faults: senders and receivers."""
import socket
import struct
import threading

import program
from program import MASK, wait_until

SECRET = program.secret(3)
LOCAL = "127.0.0.1"


class Taken:
    """A connection that a receiver took, and what it read."""

    def __init__(self, sock):
        self.sock = sock
        self.data = bytearray()

    def read(self, count=1 << 16):
        try:
            block = self.sock.recv(count)
        except OSError:
            block = b""
        self.data += block
        return block

    def reset(self):
        """Closes with RST."""
        linger(self.sock)
        self.sock.close()


class Receiver:
    """Takes connections, each in a thread of its own; ends with the test.

    `ways` says what is done with the first connections: called with a Taken,
    it is closed when they return. All others are read to their end. Nothing
    is read while the gate is closed.
    """

    def __init__(self, case, *ways, port=0, gate=True, buffer_bytes=None):
        self.server = socket.socket()
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if buffer_bytes:
            self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                   buffer_bytes)
        self.server.bind((LOCAL, port))
        self.server.listen(64)
        self.port = self.server.getsockname()[1]
        self.gate = threading.Event()
        self.ways = list(ways)
        self.taken = []
        self.threads = [threading.Thread(target=self.accept)]
        if gate:
            self.gate.set()
        self.threads[0].start()
        case.addCleanup(self.end)

    def accept(self):
        while True:
            try:
                sock, _ = self.server.accept()
            except OSError:
                return
            taken = Taken(sock)
            self.taken.append(taken)
            way = self.ways.pop(0) if self.ways else self.read_all
            thread = threading.Thread(target=self.serve, args=(way, taken))
            self.threads.append(thread)
            thread.start()

    def serve(self, way, taken):
        with taken.sock:
            way(taken)

    def read_all(self, taken):
        while self.gate.wait() and taken.read():
            pass

    def end(self):
        self.gate.set()
        shut(self.server)
        for taken in self.taken:
            shut(taken.sock)
        for thread in self.threads:
            thread.join()

    def data(self):
        """Of all connections, one after the other."""
        return b"".join(bytes(taken.data) for taken in self.taken)

    def forget(self):
        """What has come so far."""
        for taken in self.taken:
            taken.data.clear()

    def lines(self):
        return self.data().splitlines()

    def wait_for(self, size):
        wait_until(lambda: sum(len(t.data) for t in self.taken) >= size)
        return self.data()


def shut(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()


def linger(sock):
    """close() will send RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))


def record(sender, number, pad=0):
    """A record with a secret in it; expected() is what must arrive."""
    return (f"<13>1 - host app - - - s={sender} n={number} key={SECRET} "
            f"{'x' * pad}.").encode()


def expected(data):
    return data.replace(SECRET.encode(), MASK.encode())


def numbers(lines, sender):
    """The numbers of a sender's records, in the order of arrival."""
    word = f" s={sender} n=".encode()
    return [int(line.partition(word)[2].split()[0])
            for line in lines if word in line]


def lines_of(sender, count, pad=0, first=0):
    return b"".join(record(sender, n, pad) + b"\n"
                    for n in range(first, first + count))


def connect(port):
    sock = socket.create_connection((LOCAL, port), program.HANG_SECONDS)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def send(port, data):
    """Sends all, and waits until all of it was read."""
    with connect(port) as sock:
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        return is_closed(sock)


def is_closed(sock):
    """Waits for the daemon to close; True unless it was by a reset."""
    try:
        return sock.recv(1) == b""
    except ConnectionResetError:
        return False


def in_background(case, task, *arguments):
    """A thread that the test waits for at its end."""
    thread = threading.Thread(target=task, args=arguments)
    thread.start()
    case.addCleanup(thread.join)
    return thread
