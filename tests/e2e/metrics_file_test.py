"""--metrics-file: what a run counted, for the textfile collector."""
import os
import re
import stat
import unittest

from program import (Case, Running, redact, run, secret, wait_until, wrong)

SECRET = secret("metrics")
DATA = f"a {SECRET}\nb {SECRET}\nc {wrong('metrics')}\n"


class MetricsFile(Case):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "cflt.prom"
        self.option = f"--metrics-file={self.path}"

    def metrics(self):
        return dict(re.findall(r"^(cflt_redact_\S+) (\S+)$",
                               self.path.read_text(), re.MULTILINE))

    def assert_counts(self, size, found, rejected):
        metrics = self.metrics()
        self.assertEqual(
            (metrics["cflt_redact_bytes_total"],
             metrics['cflt_redact_secrets_total{form="plain"}'],
             metrics['cflt_redact_secrets_total{form="hex"}'],
             metrics["cflt_redact_rejected_candidates_total"]),
            (str(size), str(found), "0", str(rejected)))

    def test_the_end_is_written(self):
        redact(DATA, self.option)
        self.assert_counts(len(DATA), 2, 1)

    def test_a_secret_that_only_the_end_decides_is_counted(self):
        redact(SECRET, self.option)
        self.assert_counts(64, 1, 0)

    def test_it_is_text_for_all_and_alone(self):
        os.umask(0o077)
        redact(DATA, self.option)
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o644)
        self.assertEqual(os.listdir(self.folder), ["cflt.prom"])
        text = self.path.read_text()
        for name in set(re.findall(r"^([a-z_]+)", text, re.MULTILINE)):
            self.assertIn(f"# HELP {name} ", text)
            self.assertIn(f"# TYPE {name} counter\n", text)

    def test_an_older_state_is_replaced_whole(self):
        self.path.write_text("older\n" * 10000)
        reader = open(self.path, encoding="ascii")
        with reader:
            redact(DATA, self.option)
            self.assertEqual(reader.read(), "older\n" * 10000)
        self.assert_counts(len(DATA), 2, 1)

    def test_it_is_there_before_the_first_byte(self):
        with Running(self.option) as app:
            wait_until(self.path.exists)
            self.assert_counts(0, 0, 0)
            app.write(DATA.encode())
            app.finish()
        self.assert_counts(len(DATA), 2, 1)

    def test_a_path_that_cannot_be_written_ends_it_at_once(self):
        output = self.file("out", "kept\n")
        for path in (self.folder / "none" / "cflt.prom", self.folder,
                     "/dev/null"):
            done = run(f"--metrics-file={path}", "-o", str(output), data=DATA)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertRegex(done.stderr.decode(),
                             rf"\Acflt-redact: {path}: .+\n\Z")
            self.assertEqual(output.read_text(), "kept\n")

    def test_what_is_read_or_written_is_not_overwritten(self):
        log = self.file("app.log", DATA)
        link = self.folder / "link"
        link.symlink_to(log)
        with open(log, "rb") as stdin, open(log, "ab") as stdout:
            for metrics, *args in ([log, log], [link, log], [log, link],
                                   [log, "-i", log], [log, "-o", log, "-"],
                                   [self.folder / "new", "-o",
                                    f"{self.folder}/./new"]):
                self.assert_in_use(metrics, *args)
            self.assert_in_use(log, stdin=stdin)
            self.assert_in_use(log, stdout=stdout)
        done = run("exec", "-o", str(log), f"--metrics-file={log}", "true")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(log.read_text(), DATA)

    def assert_in_use(self, metrics, *args, **options):
        done = run(f"--metrics-file={metrics}", *map(str, args), **options)
        self.assertEqual((done.returncode, done.stderr.decode()), (
            2, f"cflt-redact: {metrics}: is also read or written; nothing was "
            "done\n"))
        self.assertEqual((self.folder / "app.log").read_text(), DATA)

    def test_a_link_to_it_stays(self):
        link = self.folder / "link.prom"
        self.path.touch()
        link.symlink_to(self.path)
        redact(DATA, f"--metrics-file={link}")
        self.assertTrue(link.is_symlink())
        self.assert_counts(len(DATA), 2, 1)

    def test_a_later_failure_is_told_and_stops_nothing(self):
        folder = self.folder / "metrics"
        folder.mkdir()
        path = folder / "cflt.prom"
        with Running(f"--metrics-file={path}") as app:
            wait_until(path.exists)
            path.unlink()
            folder.rmdir()
            app.write(DATA.encode())
            done = app.finish()
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout.count(b"cflt****"), 2)
        self.assertEqual(done.stderr.decode(), f"cflt-redact: {path}: "
                         "No such file or directory\n")

    def test_in_place_counts_all_files(self):
        paths = [str(self.file(name, DATA)) for name in ("a", "b")]
        self.assertEqual(run("-i", self.option, *paths).returncode, 0)
        self.assert_counts(2 * len(DATA), 4, 2)


if __name__ == "__main__":
    unittest.main()
