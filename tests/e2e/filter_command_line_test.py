"""Words in, exit code and words out: the contract of the command line."""
import json
import os
import re
import unittest

import program
import ways
from program import MASK, Running, Terminal, leaks, redact, run, secret, wrong

SUMMARY = (rb"\A%d bytes, %d lines, %s, %d truncated, 0 suspected, "
           rb"%d rejected, "
           rb"[0-9]+\.[0-9]{3} s, [0-9.]+ [KMG]?i?B/s\n\Z")
FORMS = list(ways.WAYS)
IMPLIED = {"base64-escaped": {"base64"}, "base64": set(), "hex": set(),
           "numbers": set(), "utf16": set(), "plain": set()}  # else: plain


def usage_error(*lines):
    return "".join(f"cflt-redact: {line}\n" for line in
                   (*lines, "try --help")).encode()


class CommandLine(program.Case):
    def assert_answers(self, args, code, stdout, stderr, **options):
        done = run(*args, **options)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (code, stdout, stderr), args)

    def assert_refused(self, args, *lines):
        self.assert_answers(args, 2, b"", usage_error(*lines))


class ExitCodes(CommandLine):
    def test_filter_is_0_also_when_it_redacted(self):
        for verb in [], ["filter"]:
            self.assert_answers(verb, 0, b"clean\n", b"", data="clean\n")
            self.assert_answers(verb, 0, MASK.encode(), b"", data=secret(90))

    def test_check_is_0_for_clean_and_1_for_found_and_writes_nothing(self):
        for data, code in (("", 0), ("clean\n", 0), (secret(91), 1),
                           (secret(91)[:62], 1), (wrong(91), 0)):
            self.assert_answers(["--check"], code, b"", b"", data=data)

    def test_check_follows_what_would_be_masked(self):
        for option, data, code in (
                ("--mismatch=redact", wrong(92), 1),
                ("--mismatch=redact", wrong(92).replace("+", " "), 0),
                ("--mismatch=pass", wrong(92), 0),
                ("--truncated=pass", secret(92)[:62], 0),
                ("--truncated=mask", secret(92)[:62], 1),
                ("--forms=hex", secret(92), 0)):
            self.assert_answers(["--check", option], code, b"", b"", data=data)

    def test_check_of_a_missing_file_is_2_in_spite_of_a_finding(self):
        path = self.file("a.log", secret(93))
        done = run("--check", str(path), str(self.folder / "missing"))
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"missing: No such file", done.stderr)


class Stats(CommandLine):
    def setUp(self):
        super().setUp()
        known = [secret(at) for at in range(100, 105)]
        self.text = "\n".join([
            *known[:3], ways.percent(known[3]), ways.json_slashes(known[4]),
            wrong(105), wrong(106), secret(107)[:-1], "the end"])
        self.numbers = len(self.text), 8

    def test_summary_is_one_line_with_exact_counts(self):
        done = run("--stats", data=self.text)
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, SUMMARY % (
            *self.numbers, rb"5 found \(plain 3, json 1, percent 1\)", 1, 2))

    def test_json_summary_has_exact_counts(self):
        done = run("--stats=json", data=self.text)
        stats = json.loads(done.stderr)
        self.assertEqual((stats["bytes"], stats["lines"]), self.numbers)
        self.assertEqual(stats["found"], {
            **dict.fromkeys(FORMS, 0), "plain": 3, "json": 1, "percent": 1})
        self.assertEqual((stats["rejected"], stats["truncated"]), (2, 1))
        self.assertGreater(stats["seconds"], 0)
        self.assertAlmostEqual(stats["bytes_per_second"] * stats["seconds"],
                               len(self.text))

    def test_every_form_is_counted_under_its_name(self):
        for form, write in ways.WAYS.items():
            done = run("--stats=json", "--check", data=write(secret(108)))
            self.assertEqual(json.loads(done.stderr)["found"],
                             {**dict.fromkeys(FORMS, 0), form: 1})

    def test_summary_of_nothing_is_all_zero(self):
        self.assertRegex(run("--stats").stderr, SUMMARY % (
            0, 0, rb"0 found", 0, 0))

    def test_summary_counts_all_files_and_leaves_the_data_alone(self):
        paths = [str(self.file(str(at), self.text + "\n")) for at in range(3)]
        done = run("--stats", "--check", *paths)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertRegex(done.stderr, SUMMARY % (
            3 * len(self.text) + 3, 27,
            rb"15 found \(plain 9, json 3, percent 3\)", 3, 6))
        self.assertEqual(run("--stats", *paths).stdout,
                         redact(self.text + "\n").encode() * 3)


class Options(CommandLine):
    def test_form_that_is_chosen_alone_is_masked(self):
        for form, write in ways.WAYS.items():
            line = b"k=" + write(secret(110)) + b";"
            output = redact(line, f"--forms={form}")
            self.assertEqual(leaks(output, secret(110)), [], form)
            self.assertRegex(output, rb"(?s)\Ak=.+;\Z")

    def test_form_that_is_not_chosen_is_left_alone(self):
        for form, write in ways.WAYS.items():
            others = [other for other in FORMS if other != form
                      and form not in IMPLIED.get(other, {"plain"})]
            written = write(secret(111))
            # What is behind an escape that is not read is missing: truncated.
            self.assertEqual(redact(written, "--forms", ",".join(others),
                                    "--truncated=pass"), written, form)

    def test_form_goes_only_where_it_is_for_diagnosis(self):
        for args in (["exec", "--forms", "hex", "true"],
                     ["exec", "--forms=hex", "--", "true"],
                     ["scan", "--forms", "hex", "."],
                     ["serve", "--source", "stdin", "--sink", "stdout",
                      "--forms", "hex"]):
            self.assert_refused(args, "--forms was removed: all forms are "
                                "looked for (docs/language.md)")

    def test_unknown_form_is_named_and_the_nearest_suggested(self):
        self.assert_refused(["--forms=hex,percnet"], "--forms: unknown form "
                            "percnet; did you mean percent?")
        self.assert_refused(["--forms=xyzzy"], "--forms: unknown form xyzzy")

    def test_mismatch_redact_masks_a_wrong_checksum(self):
        text = f"a={wrong(112)};"
        self.assertEqual(redact(text, "--mismatch", "redact"), f"a={MASK};")
        self.assertEqual(redact(text, "--mismatch", "pass"), text)

    def test_mismatch_redact_leaves_what_spaces_stand_in(self):
        text = f"a={wrong(112).replace('+', ' ')};"
        self.assertEqual(redact(text, "--mismatch", "redact"), text)

    def test_truncated_pass_leaves_a_cut_secret_alone(self):
        text = f"a={secret(113)[:-2]};"
        self.assertEqual(redact(text, "--truncated", "pass"), text)
        self.assertEqual(redact(text, "--truncated", "mask"), f"a={MASK};")

    def test_options_may_stand_behind_files(self):
        path = str(self.file("a", wrong(114)))
        self.assert_answers([path, "--mismatch=redact"], 0, MASK.encode(), b"")
        self.assert_answers([path, "--mismatch", "redact", "--check"], 1, b"",
                            b"")

    def test_repeated_option_with_one_value_is_refused(self):
        one, two = str(self.folder / "1"), str(self.folder / "2")
        self.assert_answers(
            ["-o", one, "-o", two], 2, b"",
            usage_error("--output takes one value, and was given 2"), data="x")
        self.assertEqual(os.listdir(self.folder), [])

    def test_dashes_end_the_options(self):
        self.file("--check", f"k={secret(116)}")
        self.assert_answers(["--", "--check"], 0, f"k={MASK}".encode(), b"",
                            cwd=self.folder)

    def test_line_buffered_changes_nothing(self):
        with Running("--line-buffered") as app:
            self.assertEqual(app.answer(b"no newline"), b"no newline")
            self.assertEqual(app.finish().returncode, 0)


class Mistakes(CommandLine):
    def test_unknown_option_gets_a_suggestion(self):
        for typed, meant in (("--chekc", "--check"), ("--stat", "--stats"),
                             ("--mismach=pass", "--mismatch"),
                             ("--outptu", "--output"), ("--maks", "--mask")):
            self.assert_refused([typed], f"unknown option {typed.split('=')[0]}"
                                f"; did you mean {meant}?")
        self.assert_refused(["--xyzzy"], "unknown option --xyzzy")
        self.assert_refused(["-x"], "unknown option -x")

    def test_synonym_leads_to_the_option(self):
        for typed, meant in (("--dry-run", "--check"), ("--out", "--output"),
                             ("--summary", "--stats"),
                             ("--json", "--stats=json")):
            self.assert_refused([typed], f"unknown option {typed}; "
                                f"did you mean {meant}?")

    def test_secret_in_an_argument_is_never_repeated(self):
        whole = secret(120)
        for args in ([f"--{whole}"], ["--mismatch", whole], [f"-{whole}"],
                     [f"--stats={whole}"], [f"--forms={whole}"],
                     ["--mask", whole], ["scan", f"--forms={whole}"],
                     ["canary", whole], ["canary", "-n", whole],
                     ["canary", "--form", whole], ["canary", "--seed", whole]):
            done = run(*args)
            self.assertEqual((done.returncode, done.stdout), (2, b""), args)
            self.assertEqual(leaks(done.stderr, whole), [], args)
            self.assertRegex(done.stderr, rb"\Acflt-redact: .+\n")

    def test_wrong_value_is_refused(self):
        for args in (["--mask=long"], ["--mismatch=mask"], ["--truncated=cut"],
                     ["--mask"], ["--stats=xml"],
                     ["--mismatch"], ["-o"], ["canary", "-n", "many"]):
            done = run(*args, data="x")
            self.assertEqual((done.returncode, done.stdout), (2, b""), args)
            self.assertRegex(done.stderr, rb"\Acflt-redact: .*%s"
                             rb".*\ncflt-redact: try --help\n\Z" %
                             re.escape(args[-1].split("=")[0]).encode())


class OnATerminal(CommandLine):
    def test_nothing_to_read_gets_a_short_help(self):
        for args in [], ["--check"], ["filter"]:
            with Terminal() as terminal:
                done = run(*args, stdin=terminal.its)
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                self.assertRegex(done.stderr, rb"\AUsage: cflt-redact ")
                self.assertLess(done.stderr.count(b"\n"), 10)

    def test_dash_reads_what_is_typed(self):
        with Terminal() as terminal:
            os.write(terminal.ours, f"k={secret(121)}\n\x04".encode())
            self.assert_answers(["-"], 0, f"k={MASK}\n".encode(), b"",
                                stdin=terminal.its)

    def test_file_needs_no_stdin(self):
        path = str(self.file("a", "text"))
        with Terminal() as terminal:
            self.assert_answers([path], 0, b"text", b"", stdin=terminal.its)

    def test_data_on_a_terminal_is_not_coloured(self):
        path = str(self.file("a", f"k={secret(122)}\n"))
        with Terminal() as terminal:
            self.assertEqual(run(path, stdout=terminal.its).returncode, 0)
            terminal.hand_over()
            self.assertEqual(terminal.read_to_end(), f"k={MASK}\r\n".encode())


if __name__ == "__main__":
    unittest.main()
