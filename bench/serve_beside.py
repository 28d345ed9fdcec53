"""What bench/serve --beside compares: the daemon between two TCP connections,
and between stdin and nowhere. One connection each, so that what comes out is
the same each time.
"""

import contextlib
import functools
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import in_turns
from in_turns import Outcome, Work
from messages import DENSITIES, Input, make_input
from peers import free_port
from processes import BenchError
from serve_streams import Size

HOST = "127.0.0.1"
PATIENCE_SECONDS = 60  # only ends what hangs


def relay_works(size: Size, folder: Path) -> Iterator[Work]:
    for density in DENSITIES:
        data = make_input(density, "newline", size.file_bytes, False)
        yield stream_work("lines", data, size, folder)
    log = folder / "stdin.log"
    data = make_input("no secret", "newline", size.file_bytes, False)
    with open(log, "wb") as file:
        file.writelines(data.sent for _ in range(size.copies))
    yield Work("serve, stdin to blackhole", lambda program: in_turns.command(
        program, "serve", "--source", "stdin", "--sink", "blackhole",
        source=log))
    log.unlink()


def syslog_works(size: Size, folder: Path) -> Iterator[Work]:
    for framing in ("newline", "octet_counting"):
        for density in DENSITIES:
            data = make_input(density, framing, size.file_bytes, True)
            yield stream_work("syslog", data, size, folder)


def stream_work(kind: str, data: Input, size: Size, folder: Path) -> Work:
    copies = (size.adversarial_copies if data.density == "adversarial"
              else size.copies)
    return Work(f"serve, {kind} by {data.framing}, {data.density}",
                functools.partial(relayed, kind, data, copies, folder))


def relayed(kind: str, data: Input, copies: int, folder: Path,
            program: Path) -> Outcome:
    digests: list[str] = []
    with socket.create_server((HOST, 0)) as sink:
        reader = threading.Thread(target=receive, args=(sink, digests),
                                  daemon=True)
        reader.start()
        process, port = start(program, kind, data.framing,
                              sink.getsockname()[1], folder)
        with contextlib.ExitStack() as stack:
            stack.callback(process.kill)  # nothing, where it has ended
            send(process, port, data.sent, copies)
            process.terminate()
            seconds = in_turns.cpu_of(process)
        reader.join(PATIENCE_SECONDS)
    if not digests:
        raise BenchError(f"{program} passed nothing on")
    return Outcome(seconds, digests[0])


def start(program: Path, kind: str, framing: str, sink_port: int,
          folder: Path) -> tuple[subprocess.Popen, int]:
    """The daemon, and the port of its source."""
    port = free_port()
    config = folder / "serve.yaml"
    config.write_text(
        f"sources: {{in: {{type: {kind}, framing: {framing},"
        f" address: 'tcp://{HOST}:{port}'}}}}\n"
        f"sinks: {{out: {{type: lines, inputs: [in], framing: {framing},"
        f" address: 'tcp://{HOST}:{sink_port}'}}}}\n")
    return subprocess.Popen([program, "serve", "-c", config],
                            stderr=subprocess.DEVNULL), port


def send(process: subprocess.Popen, port: int, data: bytes,
         copies: int) -> None:
    with connect(process, port) as app:
        for _ in range(copies):
            app.sendall(data)
        app.shutdown(socket.SHUT_WR)
        app.recv(1)  # the daemon has read all of it


def connect(process: subprocess.Popen, port: int) -> socket.socket:
    """As soon as the daemon listens."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return socket.create_connection((HOST, port))
        except ConnectionRefusedError:
            if process.poll() is not None or time.monotonic() > end:
                raise BenchError("the daemon does not listen") from None
            time.sleep(0.01)


def receive(server: socket.socket, digests: list[str]) -> None:
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as stream:
        digests.append(in_turns.digest_of(stream))
