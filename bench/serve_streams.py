"""TCP in, TCP out: rates beside relays and shippers, and the cost of workers.

Whatever is timed has shown first that its output is what it must be. Servers
take turns, a run each, and each run begins with a fresh process.
"""

import dataclasses
import functools
import os
import statistics
from dataclasses import dataclass

from agreement import Mismatch
from generator import Sample, run_stream, stream_output, written
from measures import interleaved
from messages import DENSITIES, Input, make_input, unframed
from report import Limit, Ratio, Row
from servers import DIRECT, HAPROXY, SHIPPERS, SOCAT, Server

RELAY_RATIOS = {"socat": Limit(">=", 0.9), "haproxy": Limit(">=", 1.6)}
SYSLOG_RATIOS = {"socat": Limit(">=", 0.6), "rsyslog": Limit(">=", 20),
                 "syslog-ng": Limit(">=", 20)}
WORKERS_RATIO = Limit("<=", 1.15)  # CPU seconds of two beside one
WORKERS_CONNECTIONS = 4
# Enough to see that a shipper masks: 6 secrets and more.
SAMPLE_BYTES = 1 << 20


@dataclass(frozen=True)
class Size:
    """How much is sent; `--quick` sends less."""

    file_bytes: int
    copies: int  # of the file, to relays and to us
    adversarial_copies: int
    shipper_copies: int
    datagrams: int
    latency_seconds: int
    slow_sink_seconds: int


@dataclass(frozen=True)
class Bench:
    """What all measures need."""

    server: Server  # ours
    runs: int
    size: Size


def check_output(server: Server, data: Input, **job) -> None:
    """Mismatch where a server does not make of `data` what it should."""
    expected = data.expected if server.masks else data.sent
    output = stream_output(server, data, **job)
    if server.is_shipper:
        output, expected = (sorted(unframed(stream, data.framing))
                            for stream in (output, expected))
    if output != expected:
        at = len(os.path.commonprefix([output, expected]))
        unit = "message" if server.is_shipper else "byte"
        raise Mismatch(f"{server.name}: the output differs from {unit} {at} on "
                       f"({data.density}, {data.framing})")


def relay_rows(bench: Bench) -> list[Row]:
    """Lines over one connection."""
    servers = (bench.server, DIRECT, SOCAT, HAPROXY)
    rows = []
    for density in DENSITIES:
        data = make_input(density, "newline", bench.size.file_bytes, False)
        check_output(bench.server, data)
        rows += compared(bench, f"lines, {density}", data, servers,
                         RELAY_RATIOS, type="lines")
    return rows


def syslog_rows(bench: Bench) -> list[Row]:
    """Syslog over one connection, both framings."""
    servers = (bench.server, SOCAT, *SHIPPERS)
    rows = []
    for framing in ("newline", "octet_counting"):
        for density in DENSITIES:
            check_shippers(density, framing)
            data = make_input(density, framing, bench.size.file_bytes, True)
            check_output(bench.server, data, type="syslog")
            rows += compared(bench, f"syslog, {framing}, {density}", data,
                             servers, SYSLOG_RATIOS, type="syslog")
    return rows


def check_shippers(density: str, framing: str) -> None:
    """They do the same job; with several threads, in another order."""
    sample = make_input(density, framing, SAMPLE_BYTES, True)
    for server in SHIPPERS:
        check_output(server, sample, type="syslog")


def copies_for(bench: Bench, server: Server, density: str) -> int:
    if server.is_shipper:
        return bench.size.shipper_copies
    if density == "adversarial":
        return bench.size.adversarial_copies
    return bench.size.copies


def compared(bench: Bench, measure: str, data: Input,
             servers: tuple[Server, ...], limits: dict[str, Limit],
             **job) -> list[Row]:
    """A row a server. Floors hold for what logs are like, not for attacks."""
    copies = {server.name: copies_for(bench, server, data.density)
              for server in servers}
    with written(data.sent) as path:
        samples = interleaved(measure, bench.runs, {
            server.name: functools.partial(
                run_stream, server, data, path, copies[server.name], **job)
            for server in servers})
    rows = [stream_row(measure, name, runs, len(data.sent) * copies[name])
            for name, runs in samples.items()]
    if data.density == "adversarial":
        limits = {}
    ours, *others = rows
    ratios = tuple(
        Ratio(ours.bytes_per_second / row.bytes_per_second, row.contender,
              limits.get(row.contender)) for row in others)
    return [dataclasses.replace(ours, ratios=ratios), *others]


def stream_row(measure: str, name: str, runs: list[Sample], size: int,
               **rest) -> Row:
    seconds = [sample.seconds for sample in runs]
    median = statistics.median(seconds)
    cpu_seconds = statistics.median(sample.cpu_seconds for sample in runs)
    return Row(measure, name, median, "s", seconds,
               bytes_per_second=size / median,
               cpu_seconds_per_gb=cpu_seconds * 1e9 / size, **rest)


def workers_rows(bench: Bench) -> list[Row]:
    """What a second worker costs: CPU seconds, not seconds."""
    measure = f"workers, {WORKERS_CONNECTIONS} connections"
    data = make_input("1 in 1000", "newline", bench.size.file_bytes, False)
    copies = max(1, bench.size.copies // WORKERS_CONNECTIONS)
    size = len(data.sent) * copies * WORKERS_CONNECTIONS
    with written(data.sent) as path:
        samples = interleaved(measure, bench.runs, {
            workers: functools.partial(
                run_stream, bench.server, data, path, copies,
                WORKERS_CONNECTIONS, workers=workers) for workers in (1, 2)})
    one, two = (stream_row(measure, f"{bench.server.name}, {workers}", runs,
                           size) for workers, runs in samples.items())
    ratio = two.cpu_seconds_per_gb / max(one.cpu_seconds_per_gb, 1e-9)
    return [one, dataclasses.replace(two, ratios=(
        Ratio(ratio, "CPU of one", WORKERS_RATIO),))]
