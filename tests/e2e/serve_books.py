"""What holds of every daemon, whatever a test does with it.

The books: for each source and sink, in + split = delivered + dropped + queued,
exact when nothing moves. A page is balanced when they hold; it is settled when
also all that was sent has come in and nothing is queued. Only a settled page
says what became of all: while records are queued, the next page may differ.
"""
import fnmatch
import re
import time

import program
from program import HANG_SECONDS
from serve_reference import secrets

BALANCE_SECONDS = HANG_SECONDS / 2  # before the daemon is killed
SAMPLE = re.compile(r"^cflt_redact_(\w+)(?:\{(.*)\})? (\S+)$", re.M)
LABEL = re.compile(r'(\w+)="([^"]*)"')


class Metrics:
    """A page of /metrics. `page(name, sink="x")` adds up what fits.

    A pair that a reload made or removed balances while it lives only.
    """

    def __init__(self, text, not_from_the_start=frozenset()):
        self.text = text
        self.not_from_the_start = not_from_the_start
        self.samples = [(name, dict(LABEL.findall(labels)), float(value))
                        for name, labels, value in SAMPLE.findall(text)]

    def __call__(self, name, **wanted):
        return sum(value for sample, labels, value in self.samples
                   if sample == name and wanted.items() <= labels.items())

    def pairs(self):
        return {(labels["source"], labels["sink"])
                for name, labels, _ in self.samples
                if name == "delivered_records_total"}

    def imbalances(self):
        """Where in + split is not delivered + dropped + queued."""
        found = []
        for source, sink in sorted(self.pairs() - self.not_from_the_start):
            came = (self("source_records_total", source=source)
                    + self("source_split_records_total", source=source))
            went = {name: self(name, source=source, sink=sink) for name in (
                "delivered_records_total", "dropped_records_total",
                "queued_records")}
            if came != sum(went.values()):
                found.append(f"{source} to {sink}: {came} came, {went}")
        return found

    def is_settled(self, records=0):
        return (self("source_records_total") >= records
                and self("queued_records") == 0 and not self.imbalances())


class Books:
    """The base of what starts daemons: `metrics()` is theirs to give."""

    not_from_the_start = ever = frozenset()
    always = None

    def settled(self, records=0):
        """The metrics when `records` came in and all of them were delivered
        or dropped."""
        return self.page_when(lambda page: page.is_settled(records))

    def balanced(self):
        """The metrics when the books balance; a dead sink's records are
        queued still."""
        return self.page_when(lambda page: not page.imbalances())

    def page_when(self, condition):
        deadline = time.monotonic() + BALANCE_SECONDS
        while not condition(page := self.metrics()):
            if time.monotonic() > deadline:
                raise AssertionError(f"{page.imbalances()}\n{page.text}")
            time.sleep(0.005)
        return page

    def skip_changed_pairs(self, pairs):
        """Told the pairs of each configuration. A source counts for its life,
        a pair only while it is configured: those that were not in all of them
        are not compared."""
        self.always = pairs & (pairs if self.always is None else self.always)
        self.ever |= pairs
        self.not_from_the_start = self.ever - self.always


def pairs_of(config):
    """Of sources and sinks; of one that is to be refused, what there is."""
    return {(source, name)
            for name, sink in config.get("sinks", {}).items()
            for source in config.get("sources", {})
            if any(fnmatch.fnmatchcase(source, pattern)
                   for pattern in sink.get("inputs", []))}


def assert_clean(text, *canaries):
    """No secret, and nothing of the canaries that were made for it."""
    if secrets(text.encode()) or program.leaks(text, *canaries):
        raise AssertionError("told of a secret")
