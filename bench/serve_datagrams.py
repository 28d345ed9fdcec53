"""UDP in, as fast as it can be sent: messages a second, and none unaccounted.

The generator is faster than any receiver, so the kernel drops; what counts is
what a server takes meanwhile. What was sent must have been delivered or
counted as dropped.
"""

import contextlib
import dataclasses
import functools
import statistics
import time
from dataclasses import dataclass

from agreement import Mismatch
from generator import Load, receiver, written
from measures import interleaved, say
from messages import (DATAGRAM_BYTES, DENSITIES, Input, make_datagrams,
                      unframed)
from peers import Endpoint, free_port, tcp, udp, udp_drops
from report import Limit, Ratio, Row
from serve_streams import Bench
from servers import (SHIPPERS, Job, Redactor, Server, cpu_seconds,
                     wait_until_idle)

SHIPPERS_RATIO = Limit(">=", 3)
UNACCOUNTED = Limit("<=", 0)
DISTINCT_DATAGRAMS = 10_000
SAMPLE_RATE = 5_000  # messages a second that nobody drops
# Names of the daemon's metrics.
DELIVERED = "cflt_redact_delivered_records_total"
DROPPED = ("cflt_redact_dropped_records_total|"
           "cflt_redact_source_kernel_dropped_datagrams_total")


@dataclass(frozen=True)
class Sample:
    seconds: float
    sent: int
    delivered: int
    dropped: int  # by the kernel, or by the server where it counts
    cpu_seconds: float

    @property
    def rate(self) -> float:
        return self.delivered / self.seconds

    @property
    def unaccounted(self) -> int:
        return self.sent - self.delivered - self.dropped


def udp_rows(bench: Bench) -> list[Row]:
    """To nowhere, and to a TCP sink."""
    rows = []
    for density in DENSITIES:
        data = make_datagrams(density, DISTINCT_DATAGRAMS)
        for server in (bench.server, *SHIPPERS):
            say(f"udp, {density}: comparing the output of {server.name}")
            check_datagrams(server, data)
        for sink in ("blackhole", "tcp"):
            rows += datagram_rows(bench, f"udp to {sink}, {density}", data,
                                  sink == "tcp")
    return rows


def check_datagrams(server: Server, data: Input) -> None:
    """At a rate at which all arrive: each message comes out as it must."""
    sample = data.lines[:SAMPLE_RATE // 2]
    source = udp(free_port())
    expected = unframed(data.expected, "newline")[:len(sample)]
    size = sum(len(line) + 1 for line in expected)
    with (written(b"\n".join(sample)) as path, written(b"") as output,
          receiver("--bytes", size, "--quiet", 3000, "--output",
                   output) as (port, receiving)):
        job = Job(source, tcp(port), type="syslog")
        with (server.start(job), send(source, path, 1, "--rate",
                                      SAMPLE_RATE) as sending):
            sending.report()
            receiving.report()
        came = sorted(unframed(output.read_bytes(), "newline"))
    if came != sorted(expected):
        raise Mismatch(f"{server.name}: {len(came)} datagrams came, not the "
                       f"{len(sample)} expected ({data.density})")


def send(source: Endpoint, path, copies: int, *options) -> Load:
    return Load("send", "udp", f"127.0.0.1:{source.where}", "--file", path,
                "--copies", copies, *options)


def datagram_rows(bench: Bench, measure: str, data: Input,
                  to_tcp: bool) -> list[Row]:
    copies = max(1, bench.size.datagrams // DISTINCT_DATAGRAMS)
    servers = (bench.server, *SHIPPERS)
    with written(data.sent) as path:
        samples = interleaved(measure, bench.runs, {
            server.name: functools.partial(run_datagrams, server, path, copies,
                                           to_tcp) for server in servers})
    ours, *others = (rate_row(measure, name, runs)
                     for name, runs in samples.items())
    limit = None if data.density == "adversarial" else SHIPPERS_RATIO
    ratios = tuple(Ratio(ours.value / row.value, row.contender, limit)
                   for row in others)
    return [dataclasses.replace(ours, ratios=ratios), *others,
            unaccounted_row(measure, bench.server.name,
                            samples[bench.server.name])]


def rate_row(measure: str, name: str, runs: list[Sample]) -> Row:
    rates = [sample.rate for sample in runs]
    costs = [sample.cpu_seconds / max(sample.delivered, 1) for sample in runs]
    return Row(measure, name, statistics.median(rates), "msg/s", rates,
               cpu_seconds_per_gb=statistics.median(costs) * 1e9
               / DATAGRAM_BYTES)


def unaccounted_row(measure: str, name: str, runs: list[Sample]) -> Row:
    """Sent - delivered - dropped, the worst of the runs."""
    counts = [abs(sample.unaccounted) for sample in runs]
    return Row(f"{measure}, unaccounted", name, max(counts), "records", counts,
               UNACCOUNTED)


def run_datagrams(server: Server, path, copies: int, to_tcp: bool) -> Sample:
    source = udp(free_port())
    with contextlib.ExitStack() as stack:
        sink, receiving = None, None
        if to_tcp:
            port, receiving = stack.enter_context(receiver("--lines", 1))
            sink = tcp(port)
        peer = stack.enter_context(
            server.start(Job(source, sink, type="syslog")))
        cpu_before = cpu_seconds(peer.pid)
        begin = time.monotonic()
        sent = stack.enter_context(send(source, path, copies)).report()
        end = wait_until_idle(peer.pid)
        dropped = dropped_by(peer, source)
        delivered = sent["messages"] - udp_drops(source.where)
        if isinstance(peer, Redactor):
            delivered = peer.total(DELIVERED)
        if receiving:
            delivered = receiving.stop()["messages"]
        return Sample(end - begin, sent["messages"], delivered, dropped,
                      cpu_seconds(peer.pid) - cpu_before)


def dropped_by(peer, source: Endpoint) -> int:
    """Ours counts the kernel's drops as well; the others do not."""
    if isinstance(peer, Redactor):
        return peer.total(DROPPED)
    return udp_drops(source.where)
