"""Latency of single records, memory of idle connections and of slow sinks."""

import contextlib
import functools
import resource
import statistics
import time
from pathlib import Path

from generator import Load, receiver, stream_job, written
from measures import interleaved, say
from messages import DENSITIES, make_datagrams, make_input
from peers import Endpoint, Peer, free_port, is_open, tcp, udp
from report import Limit, Row
from serve_streams import Bench
from servers import DIRECT, SOCAT, Job, Server, memory_bytes, wait_until

LATENCY_RATE = 10_000  # records a second
ADDED_MEDIAN = Limit("<=", 100)  # us
ADDED_99TH = Limit("<=", 1000)  # us
IDLE_CONNECTIONS = 10_000
IDLE_EACH = Limit("<=", 8)  # KiB of user memory
BASE = Limit("<=", 32)  # MiB, resident
MEMORY_LIMIT_MIB = 64
WITHIN_LIMIT = Limit("<=", MEMORY_LIMIT_MIB * 1.05)
SLOW_SINK_RATE = 10_000  # bytes a second
MIB = 1 << 20
QUANTILES = {"median": "p50_ns", "99th percentile": "p99_ns"}


def latency_rows(bench: Bench) -> list[Row]:
    """From when a record was due to when it had come out."""
    measure = f"latency at {LATENCY_RATE} records/s"
    samples = interleaved(measure, bench.runs, {
        server.name: functools.partial(probe, server,
                                       bench.size.latency_seconds)
        for server in (bench.server, DIRECT, SOCAT)})
    rows = []
    for quantile, key in QUANTILES.items():
        microseconds = {name: [run[key] / 1e3 for run in runs]
                        for name, runs in samples.items()}
        rows += [Row(f"{measure}, {quantile}", name, statistics.median(runs),
                     "us", runs) for name, runs in microseconds.items()]
        rows.append(added_row(f"{measure}, {quantile}, added", bench.server,
                              microseconds))
    return rows


def added_row(measure: str, server: Server,
              microseconds: dict[str, list[float]]) -> Row:
    """Beside the direct connection of the same turn."""
    added = [ours - direct for ours, direct in zip(
        microseconds[server.name], microseconds[DIRECT.name])]
    limit = ADDED_MEDIAN if "median" in measure else ADDED_99TH
    return Row(measure, server.name, statistics.median(added), "us", added,
               limit)


def probe(server: Server, seconds: int) -> dict:
    sink_port = free_port()
    source_port = sink_port if server is DIRECT else free_port()
    with (contextlib.ExitStack() as stack,
          Load("probe", f"127.0.0.1:{source_port}", sink_port, "--rate",
               LATENCY_RATE, "--seconds", seconds) as probing):
        wait_until(lambda: is_open("tcp", sink_port), "the probe is not there")
        if server.start:
            stack.enter_context(server.start(
                stream_job(source_port, sink_port, "newline")))
        return probing.report()


def idle_rows(bench: Bench) -> list[Row]:
    """Memory beside what it takes without connections."""
    say(f"idle: {IDLE_CONNECTIONS} connections")
    raise_descriptor_limit()
    port = free_port()
    with (receiver() as (sink_port, _),
          bench.server.start(stream_job(port, sink_port, "newline")) as peer):
        before = memory_bytes(peer.pid)
        with Load("idle", f"127.0.0.1:{port}", "--connections",
                  IDLE_CONNECTIONS) as idle:
            idle.first_line()
            wait_until(lambda: connection_count(peer) >= IDLE_CONNECTIONS,
                       "not all idle connections were accepted")
            after = memory_bytes(peer.pid)
    each = (after["Pss"] - before["Pss"]) / IDLE_CONNECTIONS / 1024
    base = before["Rss"] / MIB
    name = bench.server.name
    return [Row("idle, without connections", name, base, "MiB", [base], BASE),
            Row(f"idle, each of {IDLE_CONNECTIONS}", name, each, "KiB", [each],
                IDLE_EACH)]


def raise_descriptor_limit() -> None:
    """For what we start: as many descriptors as it may have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def connection_count(peer: Peer) -> int:
    """The descriptors of a process: a few more than its connections."""
    return sum(1 for _ in Path(f"/proc/{peer.pid}/fd").iterdir())


def slow_sink_rows(bench: Bench) -> list[Row]:
    """The most memory while a sink takes 10 kB/s of all that is offered."""
    rows = []
    for density in DENSITIES:
        lines = make_input(density, "newline", MIB, False).sent
        datagrams = make_datagrams(density, 1000).sent
        rows += [slow_sink_row(bench, tcp(free_port()), density, lines),
                 slow_sink_row(bench, udp(free_port()), density,
                               datagrams)]
    return rows


def slow_sink_row(bench: Bench, source: Endpoint, density: str,
                  data: bytes) -> Row:
    measure = f"slow sink, {source.kind}, {density}, grown by"
    say(measure.removesuffix(", grown by"))
    type_name = "lines" if source.kind == "tcp" else "syslog"
    with (written(data) as path,
          receiver("--rate", SLOW_SINK_RATE) as (sink_port, _),
          bench.server.start(Job(
              source, tcp(sink_port), type_name,
              memory_limit=f"{MEMORY_LIMIT_MIB}MiB")) as peer):
        before = memory_bytes(peer.pid)["Pss"]
        with Load("send", source.kind, f"127.0.0.1:{source.where}", "--file",
                  path, "--copies", 1_000_000):
            samples = watched_memory(peer.pid, bench.size.slow_sink_seconds)
    grown = [(sample - before) / MIB for sample in samples]
    return Row(measure, bench.server.name, max(grown), "MiB", grown,
               WITHIN_LIMIT)


def watched_memory(pid: int, seconds: float) -> list[int]:
    """Pss in bytes, ten times a second."""
    samples = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        samples.append(memory_bytes(pid)["Pss"])
        time.sleep(0.1)
    return samples
