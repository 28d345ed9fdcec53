"""scan says where secrets are and what they are called, never what they are."""
import base64
import gzip
import json
import os
import subprocess
import unittest

import program
import ways
from program import (KEY, MASK, Running, Terminal, leaks, redact, run, secret,
                     wrong)

TEXT = r"[^:]+:\d+:\d+: [a-z0-9-]+(,[a-z]+)? key_id=\S+ fingerprint=\S+\n"


class Scan(program.Case):
    def found(self, *args, data=b"", code=1):
        """The JSON objects; nothing else may happen."""
        done = run("scan", "--json", *map(str, args), data=data)
        self.assertEqual((done.returncode, done.stderr), (code, b""))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def only(self, data, *args):
        """The one finding in `data`."""
        found, = self.found(*args, data=data)
        return found


class Findings(Scan):
    def test_clean_input_prints_nothing_and_ends_with_0(self):
        done = run("scan", data="nothing here\n" * 1000)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, b"", b""))

    def test_text_has_a_line_a_finding(self):
        path = self.file("a.log", f"one\n user={KEY} pass={secret(1)}\n")
        done = run("scan", str(path))
        self.assertEqual(done.returncode, 1)
        print_of = self.found(path)[0]["fingerprint"]
        self.assertEqual(done.stdout.decode(), f"{path}:2:29: plain "
                         f"key_id={KEY} fingerprint={print_of}\n")
        self.assertRegex(done.stdout.decode(), rf"\A{TEXT}\Z")

    def test_json_has_all_fields(self):
        found = self.only(f"one\nk={secret(2)}\n")
        print_of = found.pop("fingerprint")
        self.assertRegex(print_of, r"\A[0-9a-f]{16}\Z")
        self.assertEqual(found, {
            "path": "stdin", "line": 2, "column": 3, "offset": 6,
            "form": "plain", "proof": "crc32", "truncated": False,
            "rejected": False, "key_id": None, "owner": None})

    def test_place_is_that_of_the_anchor(self):
        for before in b"", b"\n", b"\xff\0\n\r", b"x" * 300_000, \
                b"\n" * 300_000, b"ab\n" * 100_000 + b"y" * 4000:
            found = self.only(before + secret(3).encode())
            self.assertEqual(found["offset"], len(before))
            self.assertEqual(found["line"], before.count(b"\n") + 1)
            self.assertEqual(found["column"],
                             len(before) - before.rfind(b"\n"))

    def test_fingerprint_is_the_same_in_every_form(self):
        whole = secret(4)
        prints = set()
        for form, write in ways.WAYS.items():
            found = self.only(write(whole))
            self.assertEqual(found["form"], form)
            prints.add(found["fingerprint"])
        self.assertEqual(len(prints), 1)
        other = self.only(secret(5))["fingerprint"]
        self.assertNotIn(other, prints)

    def test_fingerprint_is_that_of_the_documentation(self):
        digest = subprocess.run(
            ["sha256sum"], input=b"cflt-redact fingerprint v1\0"
            + secret(6).encode(), check=True, stdout=subprocess.PIPE).stdout
        self.assertEqual(self.only(secret(6))["fingerprint"],
                         digest[:16].decode())

    def test_truncated_secret_is_a_finding_without_fingerprint(self):
        found = self.only(secret(7)[:62] + "\n")
        self.assertTrue(found["truncated"])
        self.assertIsNone(found["fingerprint"])
        self.assertEqual(self.found("--truncated=pass",
                                    data=secret(7)[:62], code=0), [])
        self.assertIn(b"plain,truncated ", run("scan", data=secret(7)[:62]
                                               + "\n").stdout)

    def test_what_nothing_proves_is_suspected_and_strict_insists(self):
        for length, proof, word, code in (
                (58, "none", "suspected", 0), (59, "none", "suspected", 0),
                (60, "partial", "truncated", 1), (63, "partial", "truncated", 1),
                (64, "crc32", None, 1)):
            with self.subTest(length):
                data = f"k={secret(7)[:length]}\n"
                found, = self.found(data=data, code=code)
                self.assertEqual(found["proof"], proof)
                self.found("--strict", data=data, code=1)
                text = run("scan", data=data).stdout.decode()
                self.assertTrue(word is None or f": plain,{word} " in text)
                self.assertEqual(run("--check", data=data).returncode, code)
                self.assertEqual(
                    run("--check", "--strict", data=data).returncode, 1)
                self.assertEqual(redact(data), f"k={MASK}\n")

    def test_suspected_beside_proof_is_found(self):
        data = f"{secret(7)[:58]}\n{secret(8)}\n"
        self.assertEqual(run("--check", data=data).returncode, 1)
        self.assertEqual(len(self.found(data=data, code=1)), 2)

    def test_rejected_is_a_finding_where_it_would_be_redacted(self):
        self.assertEqual(self.found(data=wrong(8), code=0), [])
        found = self.only(wrong(8), "--mismatch=redact")
        self.assertTrue(found["rejected"])
        self.assertIsNone(found["fingerprint"])

    def test_rejected_with_spaces_is_none(self):
        data = wrong(7).replace("+", " ")
        self.assertEqual(self.found("--mismatch=redact", data=data, code=0), [])

    def test_place_in_a_list_is_that_of_its_first_number(self):
        for line in b"[99, %s]", b"\x00 99,%s":
            numbers = b", ".join(b"%d" % c for c in secret(9)[1:].encode())
            found = self.only(b"one\n" + line % numbers)
            self.assertEqual((found["line"], found["form"]), (2, "numbers"))
            self.assertEqual(found["column"], line.index(b"99") + 1)

    def test_place_of_a_broken_secret_is_that_of_its_first_line(self):
        found = self.only(f"one\nk={secret(9)[:40]}\n  {secret(9)[40:]}\n")
        self.assertEqual((found["line"], found["column"], found["form"]),
                         (2, 3, "wrapped"))

    def test_no_output_holds_the_secret_or_the_line(self):
        whole = secret(10)
        lines = [b"hush " + write(whole) + b" hush\n"
                 for write in ways.WAYS.values()]
        for option in "--json", "--color=always", "--stats":
            done = run("scan", option, data=b"".join(lines))
            self.assertEqual(leaks(done.stdout + done.stderr, whole), [])
            self.assertNotIn(b"hush", done.stdout + done.stderr)
            self.assertEqual(done.stdout.count(b"\n"), len(lines))


class KeyId(Scan):
    def test_key_beside_the_secret_is_named(self):
        for line in (f'user="{KEY}" password="{secret(11)}";',
                     f"{KEY}:{secret(11)}", f"https://{KEY}:{secret(11)}@h/",
                     f'"api_secret":"{secret(11)}","api_key":"{KEY}"'):
            self.assertEqual(self.only(line)["key_id"], KEY)

    def test_key_of_another_line_is_not(self):
        self.assertIsNone(self.only(f"{KEY}\n{secret(12)}\n{KEY}\n")["key_id"])

    def test_key_in_http_basic_is_read(self):
        pair = base64.b64encode(f"{KEY}:{secret(13)}".encode()).decode()
        found = self.only(f"Authorization: Basic {pair}\n")
        self.assertEqual((found["form"], found["key_id"]), ("base64", KEY))

    def test_key_across_a_read_is_named(self):
        for lead in range(262_144 - 400, 262_144 + 100, 7):
            text = "x" * lead + f" {KEY} {'.' * 200}{secret(14)}\n"
            self.assertEqual(self.only(text)["key_id"], KEY)


class Stdin(Scan):
    def test_finding_in_a_pipe_is_said_at_the_lines_end(self):
        with Running("scan", stdin=subprocess.PIPE) as app:
            app.write(f"a {secret(15)}\n".encode())
            self.assertRegex(app.process.stdout.readline().decode(),
                             rf"\A{TEXT}\Z")
            self.assertEqual(app.finish().returncode, 1)

    def test_terminal_gets_short_help(self):
        with Terminal() as terminal:
            done = run("scan", stdin=terminal.its)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"Usage: cflt-redact scan", done.stderr)

    def test_dash_is_stdin_among_paths(self):
        path = self.file("a", secret(16))
        found = self.found(path, "-", data=secret(17))
        self.assertEqual([each["path"] for each in found],
                         [str(path), "stdin"])


class Output(Scan):
    def test_colour_is_for_terminals_and_can_be_asked_for(self):
        path = str(self.file("a", secret(18)))
        self.assertNotIn(b"\x1b", run("scan", path).stdout)
        self.assertIn(b"\x1b[", run("scan", "--color=always", path).stdout)
        self.assertNotIn(b"\x1b", run("scan", "--json", "--color=always",
                                      path).stdout)
        plain = {**os.environ, "TERM": "xterm"}
        plain.pop("NO_COLOR", None)
        for args, env, colored in (
                ([], plain, True), ([], {**plain, "NO_COLOR": "1"}, False),
                (["--color=never"], plain, False)):
            with Terminal() as terminal, \
                    Running("scan", *args, path, stdout=terminal.its,
                            env=env) as app:
                terminal.hand_over()
                shown = terminal.read_to_end()
                self.assertEqual(app.finish().returncode, 1)
                self.assertEqual(b"\x1b[" in shown, colored, shown)

    def test_secret_and_control_characters_in_a_path_are_not_shown(self):
        whole = "cflt" + secret(19)[4:].replace("/", "_")
        path = self.file(f"a\n\x1b{whole}", secret(20))
        for option in "--json", "--color=never":
            done = run("scan", option, str(path))
            self.assertEqual(leaks(done.stdout, whole), [])
            self.assertIn(MASK.encode(), done.stdout)
            self.assertEqual(done.stdout.count(b"\n"), 1)
            self.assertNotIn(b"\x1b", done.stdout)

    def test_full_disk_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = run("scan", data=secret(21), stdout=full)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"No space left", done.stderr)

    def test_stats_are_told_at_the_end(self):
        done = run("scan", "--stats=json", str(self.file("a", secret(22))),
                   str(self.file("b", "clean")))
        stats = json.loads(done.stderr)
        self.assertEqual((stats["files"], stats["bytes"],
                          stats["found"]["plain"]), (2, 69, 1))
        self.assertIn(b"2 files, ", run("scan", "--stats", str(self.folder)
                                        ).stderr)

    def test_gzip_is_looked_into_where_that_is_asked_for(self):
        plain = f"clean\nk={secret(23)}\n"
        path = self.file("a.gz", gzip.compress(plain.encode()))
        self.file("b.gz", gzip.compress(plain.encode())[:-1])
        self.assertEqual(run("scan", str(path)).returncode, 2)
        done = run("scan", "-z", str(self.folder))
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{path}:2:3: plain ".encode(), done.stdout)
        self.assertRegex(done.stderr, rb"b\.gz: byte \d+: .*too early")
        self.assertEqual(run("scan", "-z", "--strict",
                             str(self.folder)).returncode, 2)

    def test_bad_options_are_explained(self):
        self.assertEqual(run("scan", "--color=green").returncode, 2)
        self.assertIn(b"did you mean --json?", run("scan", "--jsno").stderr)


if __name__ == "__main__":
    unittest.main()
