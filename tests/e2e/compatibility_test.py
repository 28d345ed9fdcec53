"""The fields that docs/compatibility.md promises are those that are written."""
import json
import pathlib
import re
import unittest

import program
from program import run

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SOURCES = ROOT / "daemon" / "serve"
FIELD = re.compile(r'(?:\{|Field \w+\()"([a-z_]+)", ')
NO_LOG = ("status_page.cc", "metrics.cc", "process_metrics.cc", "prometheus_text.cc")


def row(page, start):
    """The names in a table's row, without its first cell."""
    line, = re.findall(rf"^\| {re.escape(start)} \|(.*)\|$",
                       (DOCS / page).read_text(), re.MULTILINE)
    return set(re.findall(r"`(\w+)`", line))


class Json(program.Case):
    def test_statistics_of_the_filter(self):
        done = run("--stats=json", data="x\n")
        self.assertEqual(set(json.loads(done.stderr)),
                         row("compatibility.md", "filter `--stats=json`"))

    def test_statistics_of_scan(self):
        done = run("scan", "--stats=json", data="x\n")
        self.assertEqual(set(json.loads(done.stderr)),
                         row("compatibility.md", "scan `--stats=json`"))

    def test_an_audit_of_canaries(self):
        done = run("canary", "--verify", "t", "--seed", "1", "--json",
                   data=run("canary", "--run", "t", "--seed", "1").stdout)
        self.assertEqual(set(json.loads(done.stdout)),
                         row("compatibility.md", "`canary --verify --json`"))

    def test_findings_of_scan(self):
        done = run("scan", "--json", data=program.secret(1))
        table = (DOCS / "scan.md").read_text()
        self.assertEqual(set(json.loads(done.stdout)),
                         set(re.findall(r"^\| `(\w+)` \|", table, re.M)))


class Log(unittest.TestCase):
    def test_fields_of_the_log(self):
        written = {name for path in SOURCES.rglob("*.cc")
                   if path.name not in NO_LOG
                   for name in FIELD.findall(path.read_text())}
        page = (DOCS / "compatibility.md").read_text()
        section = re.search(r"^## The log$(.*?)^## ", page, re.M | re.S)[1]
        listed = {name for cells in re.findall(r"^\| (`.*?) \|", section, re.M)
                  for name in re.findall(r"`(\w+)`", cells)}
        self.assertEqual(written, listed)


if __name__ == "__main__":
    unittest.main()
