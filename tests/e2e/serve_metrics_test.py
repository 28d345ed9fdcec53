"""The table of metrics in docs/operations.md is what /metrics says."""
import pathlib
import re
import unittest

import serve_program
from serve_program import HOST, free_port

PAGE = (pathlib.Path(__file__).resolve().parents[2] / "docs" /
        "operations.md").read_text()
ROW = re.compile(r"^\| `((?:cflt_redact|process)_\w+)` \| (\w+) \| ([^|]*)\|",
                 re.MULTILINE)
SAMPLE = re.compile(r"^(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? \S+$",
                    re.MULTILINE)


class Table(serve_program.Case):
    def test_each_family_has_its_row_with_its_type_and_labels(self):
        daemon = self.serve({
            "sources": {
                "a": {"type": "lines", "address": f"tcp://{HOST}:{free_port()}"},
                "b": {"type": "lines", "address": f"udp://{HOST}:{free_port()}"}},
            "sinks": {"out": {"type": "blackhole", "inputs": ["*"]}}})
        _, text = daemon.get("/metrics")
        types = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE))
        documented = {name: kind for name, kind, _ in ROW.findall(PAGE)}
        self.assertEqual(documented, types)
        labels = {name: set() for name in types}
        for name, found in SAMPLE.findall(text):
            labels[name] |= set(re.findall(r'(\w+)="', found)) - {"le"}
        self.assertEqual({name: set(re.findall(r"`(\w+)`", cell))
                          for name, _, cell in ROW.findall(PAGE)}, labels)

    def test_process_metrics_are_those_of_the_process(self):
        daemon = self.serve({
            "sources": {"a": {"type": "lines",
                              "address": f"tcp://{HOST}:{free_port()}"}},
            "sinks": {"out": {"type": "blackhole", "inputs": ["*"]}}})
        process = pathlib.Path("/proc", str(daemon.process.pid))

        def stat():
            return (process / "stat").read_text().rpartition(")")[2].split()

        # What the daemon maps or gives back meanwhile is neither's fault.
        for _ in range(100):
            before = stat()
            _, text = daemon.get("/metrics")
            if stat()[20] == before[20]:
                break
        values = dict(re.findall(r"^(process_\w+) (\S+)$", text, re.MULTILINE))
        self.assertEqual(float(values["process_threads"]), float(before[17]))
        self.assertEqual(float(values["process_virtual_memory_bytes"]),
                         float(before[20]))
        open_now = len(list((process / "fd").iterdir()))
        self.assertLessEqual(
            abs(float(values["process_open_fds"]) - open_now), 1)  # our own


if __name__ == "__main__":
    unittest.main()
