"""Lines of a run through a pipeline, and what became of them."""
import json
import socket
import unittest

import program
import ways
from program import MASK, leaks, redact, run

FORMS = [form for form in ways.WAYS if form != "utf16"]  # syslog has no NULs
RUN = ["--run", "t-1", "--seed", "7"]
VERIFY = ["canary", "--verify", "t-1", "--seed", "7"]


def lines_of(*args):
    done = run("canary", *RUN, *args)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"exit {done.returncode}: {done.stderr!r}")
    return done.stdout


def as_json(lines, times=1):
    """An export as Elastic and Splunk make it: an object a line."""
    text = lines.decode("latin-1")
    for _ in range(times):
        text = "\n".join(json.dumps({"host": "a", "message": line, "x": "y"})
                         for line in text.split("\n") if line)
    return text.encode()


class CanaryRun(program.Case):
    def verify(self, data, *args):
        """Exit code and report."""
        done = run(*VERIFY, "--json", *args, data=data)
        self.assertEqual(done.stderr, b"")
        self.assertEqual(leaks(done.stdout, *self.secrets()), [])
        return done.returncode, json.loads(done.stdout)

    def secrets(self):
        plain = lines_of("--form", "plain", "-n", "39").decode().split("\n")
        return [line[-64:] for line in plain if line]

    def test_a_run_has_a_line_of_each_form_behind_its_prefix(self):
        lines = lines_of().split(b"\n")[:-1]
        self.assertEqual(len(lines), len(FORMS))
        check = lines[0].split()[2].decode()
        self.assertRegex(check, r"\Acheck=[0-9a-f]{8}\Z")
        for number, (line, form) in enumerate(zip(lines, FORMS), 1):
            prefix = f"cflt-canary run=t-1 {check} n={number}/13 form={form} "
            self.assertTrue(line.startswith(prefix.encode()), line)
            self.assertTrue(redact(line).startswith(prefix.encode()))

    def test_count_and_form_are_chosen(self):
        lines = lines_of("-n", "3", "--form", "hex").split(b"\n")[:-1]
        self.assertEqual([line.split()[3:5] for line in lines],
                         [[b"n=%d/3" % n, b"form=hex"] for n in (1, 2, 3)])
        self.assertEqual(lines_of("--form", "hex").count(b"\n"), 1)

    def test_all_masked_is_0(self):
        code, report = self.verify(redact(lines_of("-n", "39")))
        self.assertEqual((code, report["sent"], report["masked"]), (0, 39, 39))
        self.assertEqual(set(report["forms"]), set(FORMS))
        self.assertEqual(report["not_masked"], [])

    def test_json_of_json_is_read(self):
        clean = redact(lines_of("-n", "26"))
        for times in 1, 2:
            code, report = self.verify(as_json(clean, times))
            self.assertEqual((code, report["masked"]), (0, 26))
            raw, report = self.verify(as_json(lines_of("-n", "26"), times))
            self.assertEqual((raw, report["raw"]), (1, 26))

    def test_csv_and_syslog_are_read(self):
        clean = redact(lines_of()).decode("latin-1").split("\n")[:-1]
        csv = "".join(f'1,"{line}","b ""x"""\n' for line in clean)
        syslog = "".join(f"<13>1 - h a - - - {line}\n" for line in clean)
        for data in csv, syslog:
            code, report = self.verify(data.encode("latin-1"))
            self.assertEqual((code, report["masked"]), (0, 13))

    def test_each_verdict_is_counted_and_exits_1(self):
        raw = lines_of().split(b"\n")[:-1]
        clean = redact(lines_of()).split(b"\n")[:-1]
        cut = clean[0][:-len(MASK) + 2]
        code, report = self.verify(
            b"\n".join([cut, raw[1], *clean[3:], b""]))
        self.assertEqual(code, 1)
        self.assertEqual([report[key] for key in
                          ("sent", "masked", "raw", "damaged", "missing")],
                         [13, 10, 1, 1, 1])
        self.assertEqual([(each["n"], each["form"], each["verdict"])
                          for each in report["not_masked"]],
                         [(1, "plain", "damaged"), (2, "urlsafe", "raw"),
                          (3, "form", "missing")])

    def test_secret_without_prefix_is_raw(self):
        clean = redact(lines_of())
        secret = self.secrets()[0]
        for way in ways.WAYS.values():
            written = way(secret).replace(b", ", b",")  # as canary's lists
            data = b"k=" + written + b"\n" + clean
            code, report = self.verify(data, "-n", "13")
            self.assertEqual((code, report["raw"]), (1, 1), data)

    def test_table_names_the_forms_and_no_secret(self):
        path = self.file("export", redact(lines_of()) + lines_of("-n", "13"))
        done = run(*VERIFY, str(path))
        self.assertEqual(done.returncode, 1)
        text = done.stdout.decode()
        self.assertRegex(text, r"(?m)^base64-escaped +1 +0 +1 +0 +0$")
        self.assertRegex(text, r"(?m)^all +13 +0 +13 +0 +0$")
        self.assertRegex(text, r"(?m)^raw: n=5 form=unicode, at byte \d+$")
        self.assertEqual(leaks(done.stdout, *self.secrets()), [])

    def test_nothing_arrived_is_1(self):
        done = run(*VERIFY, data="other lines\n")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertEqual(done.stderr, b"cflt-redact: run t-1: no line of it "
                         b"arrived, 0 of its secrets did\n")
        code, report = self.verify("other lines\n", "-n", "5")
        self.assertEqual((code, report["missing"]), (1, 5))

    def test_two_runs_of_one_id_are_2(self):
        done = run(*VERIFY, data=lines_of() + lines_of("-n", "26"))
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"lines of 13 and lines of 26", done.stderr)

    def test_another_seed_is_2_and_says_so(self):
        """Masked lines, and all their secrets beside them."""
        export = redact(lines_of()) + lines_of().replace(b"cflt-canary", b"x")
        done = run("canary", "--verify", "t-1", "--seed", "8", data=export)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(done.stderr, b"cflt-redact: run t-1: 13 of its lines "
                         b"were made with another --seed; nothing can be said "
                         b"of their secrets\n")
        self.assertEqual(self.verify(export)[1]["raw"], 13)

    def test_lines_of_other_runs_are_normal(self):
        others = run("canary", "--run", "t-2", "--seed", "7").stdout
        code, report = self.verify(redact(lines_of()) + others)
        self.assertEqual((code, report["masked"]), (0, 13))

    def test_json_says_when_where_and_of_how_much(self):
        export = redact(lines_of())
        _, report = self.verify(export)
        self.assertRegex(report["time"], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
        self.assertEqual(report["host"], socket.gethostname())
        self.assertEqual(report["bytes"], len(export))
        version = run("--version").stdout.decode().split()[1]
        self.assertEqual(report["version"], version)

    def test_missing_file_is_2(self):
        done = run(*VERIFY, str(self.folder / "none"))
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"none: No such file", done.stderr)

    def test_what_makes_no_run_is_refused(self):
        for args, why in (
                (["--run", "t-1"], b"--run goes with --seed S"),
                (["--verify", "t-1"], b"--verify goes with --seed S"),
                (["--run", "a b", "--seed", "7"], b"is not an ID"),
                (["--run", "", "--seed", "7"], b"is not an ID"),
                (["--run", "a" * 65, "--seed", "7"], b"is not an ID"),
                (["--run", "a", "--seed", "x"], b"--seed: x is not"),
                (["--run", "a", "--seed", "7", "-n", "0"], b"from 1 to 10000"),
                (["--verify", "a", "--seed", "7", "--run", "a"], b"goes without"),
                (["--json"], b"go with --verify"),
                (["a.log"], b"go with --verify")):
            done = run("canary", *args)
            self.assertEqual((done.returncode, done.stdout), (2, b""), args)
            self.assertIn(why, done.stderr)


if __name__ == "__main__":
    unittest.main()
