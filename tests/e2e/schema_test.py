"""The JSON Schema accepts every example, and refuses what the loader refuses.

python3-yaml and python3-jsonschema are Debian's, so this runs under Debian's
python3 (tests/CMakeLists.txt).
"""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import jsonschema
import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.path.abspath(os.environ["CFLT_REDACT"])
SCHEMA = json.loads((TOP / "config/cflt-redact.schema.json").read_text())
GOOD = {"sources": {"a": {"type": "stdin"}},
        "sinks": {"z": {"type": "blackhole", "inputs": ["*"]}}}
CANNOT = ">>> the schema cannot see it"


def cases():
    """Name, text, and whether the schema must refuse it; of the bad table."""
    table = (TOP / "tests/config/bad.txt").read_text()
    for part in re.split(r"^=== ", table, flags=re.MULTILINE)[1:]:
        name, _, rest = part.partition("\n")
        lines = rest.splitlines()
        text = "\n".join(line for line in lines if not line.startswith(">>>"))
        yield name, text, CANNOT not in lines


def parts(text):
    """Each source and each sink of a text alone, beside a good counterpart."""
    whole = yaml.safe_load(text)
    for key in "sources", "sinks":
        group = whole.get(key) if isinstance(whole, dict) else None
        for name, part in group.items() if isinstance(group, dict) else ():
            yield {**GOOD, key: {name: part}}


class Schema(unittest.TestCase):
    def setUp(self):
        self.validator = jsonschema.Draft7Validator(SCHEMA)

    def validate(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text)
            file.flush()
            return subprocess.run([PROGRAM, "validate", "-c", file.name],
                                  capture_output=True, encoding="utf-8",
                                  timeout=60)

    def test_schema_is_one(self):
        jsonschema.Draft7Validator.check_schema(SCHEMA)

    def test_every_example_is_accepted(self):
        examples = sorted((TOP / "config/examples").glob("*.yaml"))
        self.assertGreaterEqual(len(examples), 5)
        for path in examples:
            text = path.read_text()
            errors = self.validator.iter_errors(yaml.safe_load(text))
            self.assertEqual([error.message for error in errors], [], path)
            self.assertEqual(self.validate(text).returncode, 0, path)

    def test_what_the_loader_refuses_is_refused(self):
        count = 0
        for name, text, refused in cases():
            self.assertEqual(self.validate(text).returncode, 78, name)
            if refused:
                count += 1
                self.assertFalse(self.validator.is_valid(yaml.safe_load(text)),
                                 name)
        self.assertGreater(count, 20)

    def test_bad_parts_do_not_hide_behind_one_another(self):
        count = 0
        for name, text, refused in cases():
            for whole in parts(text) if refused else ():
                done = self.validate(yaml.safe_dump(whole))
                if done.returncode == 0 or "is not a source" in done.stderr:
                    continue
                count += 1
                self.assertFalse(self.validator.is_valid(whole),
                                 f"{name}: {whole}: {done.stderr}")
        self.assertGreater(count, 40)

    def test_a_variable_may_stand_for_a_value(self):
        text = ("sources: {a: {type: syslog, address: '${A:-tcp://h:1}', "
                "max_length: '${L:-1MiB}', connection_limit: '${C:-5}'}}\n"
                "sinks: {o: {type: stdout, inputs: [a]}}\n"
                "service: {workers: '${W:-1}', drain_timeout: '${D:-1s}'}\n")
        self.assertTrue(self.validator.is_valid(yaml.safe_load(text)))
        self.assertEqual(self.validate(text).returncode, 0)


if __name__ == "__main__":
    unittest.main()
