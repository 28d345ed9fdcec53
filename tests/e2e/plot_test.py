"""The pictures of docs/benchmarks.md are what bench/plot draws from the runs
that are kept, and their figures are those of docs/performance.md. The tables of
sizes in docs/operations.md are those of the runs that it names."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
PAGE = ROOT / "docs" / "benchmarks.md"
PERFORMANCE = (ROOT / "docs" / "performance.md").read_text()
SVG = "{http://www.w3.org/2000/svg}"
LARGEST_BYTES = 16384


def figures(name):
    """The texts of a picture that end in a unit, without it."""
    texts = [each.text for each in
             ElementTree.parse(IMAGES / name).iter(f"{SVG}text")]
    return [found[1] for found in (
        re.fullmatch(r"([\d.,]+) (?:[GM]B/s|s)", text) for text in texts)
        if found]


class Pictures(unittest.TestCase):
    def pictures(self):
        found = {path.name: path for path in IMAGES.glob("*.svg")}
        self.assertGreater(len(found), 5)
        return found

    def test_drawn_again_they_are_the_same_byte_for_byte(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [sys.executable, ROOT / "bench" / "plot", "--output", folder],
                check=True, timeout=60, cwd=folder,
                env={**os.environ, "PYTHONHASHSEED": "1", "LC_ALL": "C"})
            drawn = {path.name: path.read_bytes()
                     for path in pathlib.Path(folder).iterdir()}
        self.assertEqual(set(drawn), set(self.pictures()))
        for name, path in self.pictures().items():
            self.assertTrue(path.read_bytes() == drawn[name],
                            f"run bench/plot: {name} is not what it draws")

    def test_each_is_small_and_has_a_title_and_its_figures_as_text(self):
        for name, path in self.pictures().items():
            with self.subTest(name):
                self.assertLess(path.stat().st_size, LARGEST_BYTES)
                root = ElementTree.parse(path).getroot()
                self.assertEqual(root.get("role"), "img")
                named = {each.get("id"): each.text for each in root.iter()
                         if each.get("id")}
                for name_id in root.get("aria-labelledby").split():
                    self.assertTrue(named[name_id])
                bars = len(root.findall(f"{SVG}rect"))
                described = re.findall(r"\d [GM]B/s|\d s\b|\d µs|thousand",
                                       named["desc"])
                self.assertGreaterEqual(len(described), bars)
                self.assertIn("prefers-color-scheme: dark",
                              root.find(f"{SVG}style").text)

    def test_the_page_shows_each_with_a_text_in_its_place(self):
        shown = re.findall(r"!\[([^\]]+)\]\(images/([\w-]+\.svg)\)",
                           PAGE.read_text())
        self.assertEqual({name for _, name in shown}, set(self.pictures()))

    def test_worst_inputs_are_those_of_the_table(self):
        drawn = figures("filter-worst.svg")
        self.assertGreater(len(drawn), 25)
        rows = "\n".join(re.findall(r"^\| .*MB/s.*$", PERFORMANCE,
                                    re.MULTILINE))
        for figure in drawn:
            self.assertRegex(rows, rf"(?<![\d.]){figure}(?![\d.])", figure)

    def test_rates_of_the_filter_and_the_daemon_are_those_of_the_table(self):
        for name, wanted in (
                ("filter-file.svg", {"16.9", "10.7"}),
                ("serve-lines.svg", {"2.8", "1.8"}),
                ("scan-trees.svg", {"0.71", "0.54", "0.17"})):
            for figure in wanted:
                with self.subTest(f"{name} {figure}"):
                    self.assertIn(figure, figures(name))
                    self.assertRegex(PERFORMANCE, rf"\b{figure}(?!\d)")


class Sizing(unittest.TestCase):
    """The table of docs/operations.md is that of the runs that it names."""

    PAGE = (ROOT / "docs" / "operations.md").read_text().partition(
        "### Sizing\n")[2]
    TITLES = ("filter, pipe to pipe", "serve, lines",
              "serve, syslog by newline",
              "serve, syslog, a packet for each record")

    def values(self, *runs):
        rows = [row for run in runs for row in json.loads(
            (ROOT / "bench" / "runs" / f"{run}.json").read_text())["rows"]]
        return {row["measure"]: row["value"] for row in rows}

    def cells(self, start):
        line, = re.findall(rf"^\| {start} \|(.*)\|$", self.PAGE, re.M)
        return [cell.strip() for cell in line.split("|")]

    def test_cpu_time_and_memory(self):
        values = self.values("2026-11-28-ef0b513-sizing",
                             "2026-11-28-b6a329a-sizing")
        for rate in 0, 1, 10, 50, 100:
            self.assertEqual(self.cells(rate), [
                f"{values[measure]:.3f}" if measure in values else "–"
                for measure in (f"{title}, {rate} MB/s"
                                for title in self.TITLES)])
        memory = r", \d+ MB/s, peak memory"
        peaks = [max(value for name, value in values.items()
                     if re.fullmatch(title + memory, name))
                 for title in self.TITLES]
        self.assertEqual(self.cells("memory, MiB"),
                         [f"{peak:.1f}" for peak in peaks])

    def test_the_sidecar(self):
        for start, run in (("64 MiB", "2026-11-28-ef0b513-sidecar-before"),
                           ("24 MiB", "2026-11-28-b98207d-sizing")):
            values = self.values(run)
            sockets = [value for name, value in values.items()
                       if name.endswith("all TCP sockets")]
            peaks = [value for name, value in values.items()
                     if not name.endswith("all TCP sockets")]
            self.assertEqual(self.cells(start)[2:], [
                f"{max(peaks):.0f} MiB", f"up to {max(sockets):.0f} MiB"])


if __name__ == "__main__":
    unittest.main()
