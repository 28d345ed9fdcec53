"""Ordinary data passes as it is, and is called clean.

CFLT_LOGS may name a folder of real logs without a secret, such as loghub's.
"""
import os
import pathlib
import unittest

import program  # knows where clean_corpora is
import clean_corpora
from program import redact, run

LOGS = os.environ.get("CFLT_LOGS")


class Clean(program.Case):
    def assert_clean(self, data):
        self.assert_same(redact(data), data)
        self.assertEqual(run("--check", data=data).returncode, 0)

    def assert_all_clean(self, corpora):
        for name, data in corpora:
            with self.subTest(name):
                self.assertGreater(len(data), 1000)
                self.assert_clean(data)

    def test_encoded_data_and_logs_pass_unchanged(self):
        self.assert_all_clean(clean_corpora.ordinary())

    def test_shapes_without_a_checksum_pass_unchanged(self):
        self.assert_all_clean(clean_corpora.near_misses())

    @unittest.skipUnless(LOGS, "CFLT_LOGS names no folder of logs")
    def test_logs_of_other_programs_pass_unchanged(self):
        paths = sorted(pathlib.Path(LOGS).rglob("*.log"))
        self.assertTrue(paths)
        for path in paths:
            with self.subTest(path.name):
                self.assert_clean(path.read_bytes())


if __name__ == "__main__":
    unittest.main()
