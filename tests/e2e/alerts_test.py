"""The alert rules: promtool accepts them, each is tried both ways, each has its
section in docs/runbook.md, and each metric and label in them is one of ours."""
import pathlib
import re
import subprocess
import unittest

import yaml

import serve_program
from serve_program import HOST, free_port, peers

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "packaging" / "prometheus" / "cflt-redact.rules.yaml"
RULES_TEST = RULES.with_name("cflt-redact.rules.test.yaml")
RUNBOOK = ROOT / "docs" / "runbook.md"
INSTALLED = "file:/usr/share/doc/cflt-redact/docs/runbook.md"
SEVERITIES = {"critical", "warning", "info"}
OF_PROMETHEUS = {"up"}  # made by the scrape itself
METRIC = re.compile(r"\b((?:cflt_redact|process)_\w+|up)\b(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(?:=|!=|=~|!~)"([^"]*)"')
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? \S+$", re.MULTILINE)
FIRING = re.compile(r'ALERTS\{alertname="(\w+)",alertstate="firing"')


def alerts():
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def promtool(*arguments):
    done = subprocess.run(
        [peers.find_program("promtool"), *map(str, arguments)], text=True,
        capture_output=True, stdin=subprocess.DEVNULL, check=False,
        timeout=serve_program.HANG_SECONDS)
    return done.returncode, done.stdout + done.stderr


class Rules(unittest.TestCase):
    def test_promtool_accepts_the_rules(self):
        code, said = promtool("check", "rules", RULES)
        self.assertEqual(code, 0, said)
        self.assertIn(f"{len(alerts())} rules found", said)

    def test_alerts_fire_when_they_must_and_only_then(self):
        code, said = promtool("test", "rules", RULES_TEST)
        self.assertEqual(code, 0, said)

    def test_each_alert_is_tried_firing_and_not_firing(self):
        tried = {True: set(), False: set()}
        for each in yaml.safe_load(RULES_TEST.read_text())["tests"]:
            for case in each["promql_expr_test"]:
                for name in FIRING.findall(case["expr"]):
                    tried[bool(case["exp_samples"])].add(name)
        self.assertEqual(tried[True], set(alerts()))
        self.assertEqual(tried[False], set(alerts()))

    def test_each_alert_says_what_is_the_matter(self):
        for name, rule in alerts().items():
            with self.subTest(name):
                self.assertIn(rule["labels"]["severity"], SEVERITIES)
                for key in "summary", "description":
                    self.assertRegex(rule["annotations"][key], r"\w+ \w+")

    def test_each_alert_has_its_section_of_the_runbook(self):
        sections = re.split(r"^## ", RUNBOOK.read_text(), flags=re.MULTILINE)
        sections = dict(each.split("\n", 1) for each in sections[1:])
        self.assertEqual(set(sections), set(alerts()))
        for name, rule in alerts().items():
            with self.subTest(name):
                self.assertEqual(rule["annotations"]["runbook_url"],
                                 f"{INSTALLED}#{name.lower()}")
                for part in "Means", "Look at", "Do", "Lost meanwhile":
                    wanted = part != "Do" or "| do |" not in sections[name]
                    self.assertEqual(f"**{part}:**" in sections[name], wanted,
                                     part)


class Metrics(serve_program.Case):
    def test_each_metric_and_label_of_a_rule_is_on_the_page(self):
        daemon = self.serve({
            "sources": {
                "a": {"type": "lines",
                      "address": f"tcp://{HOST}:{free_port()}"},
                "b": {"type": "syslog",
                      "address": f"udp://{HOST}:{free_port()}"}},
            "sinks": {"out": {"type": "blackhole", "inputs": ["*"]}}})
        page = {}
        for name, labels in SAMPLE.findall(daemon.get("/metrics")[1]):
            page.setdefault(name, set()).update(
                re.findall(r'(\w+)="([^"]*)"', labels))
        used = [found for rule in alerts().values()
                for found in METRIC.findall(rule["expr"])
                if found[0] not in OF_PROMETHEUS]
        self.assertGreater(len(used), len(alerts()))
        for name, matchers in used:
            with self.subTest(name):
                self.assertIn(name, page)
                self.assertLessEqual(set(MATCHER.findall(matchers)),
                                     page[name])

    def test_metrics_that_the_runbook_names_are_there(self):
        """Without the prefix, which a reader of /metrics does not miss."""
        daemon = self.serve({
            "sources": {"b": {"type": "syslog",
                              "address": f"udp://{HOST}:{free_port()}"}},
            "sinks": {"out": {"type": "blackhole", "inputs": ["*"]}}})
        page = daemon.get("/metrics")[1]
        named = re.findall(
            r"`((?:\w+_total|(?:sink|source|process)_\w+))`",
            RUNBOOK.read_text())
        self.assertGreater(len(named), 20)
        for name in set(named):
            self.assertRegex(page, rf"(?m)^(cflt_redact_)?{name}\b", name)

    def test_log_lines_that_the_runbook_names_are_in_the_program(self):
        program = pathlib.Path(serve_program.program.PROGRAM).read_bytes()
        lines = re.findall(r"`([A-Za-z]+(?:[,:]?\s[A-Za-z]+)+)`",
                           RUNBOOK.read_text())
        self.assertGreater(len(lines), 12)
        for line in lines:
            text = " ".join(line.split())
            self.assertIn(text.encode(), program, text)


if __name__ == "__main__":
    unittest.main()
