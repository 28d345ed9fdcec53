"""fingerprint names secrets without showing them; scan knows them by name."""
import hashlib
import json
import unittest

import program
from program import KEY, leaks, run, secret, wrong

OTHER_KEY = "ZYXW9876543210ZY"


def print_of(text):
    digest = hashlib.sha256(b"cflt-redact fingerprint v1\0" + text.encode())
    return digest.hexdigest()[:16]


class Fingerprint(program.Case):
    def test_lines_are_those_of_the_documented_hash(self):
        lines = f"{secret(1)} {KEY} team  blue \r\n\n# note\n{secret(2)}"
        done = run("fingerprint", data=lines)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(done.stdout.decode(),
                         f"{print_of(secret(1))} {KEY} team  blue\n"
                         f"{print_of(secret(2))} - -\n")

    def test_a_file_is_read_as_stdin_is(self):
        path = self.file("secrets", secret(1) + "\n")
        self.assertEqual(run("fingerprint", str(path)).stdout.decode(),
                         f"{print_of(secret(1))} - -\n")

    def test_what_is_refused_is_told_by_its_line_and_never_shown(self):
        bad = [wrong(3), secret(3)[:-1], "x" * 5000, secret(3) + " nokey",
               "\x1b[31m" + secret(3)]
        done = run("fingerprint", data="\n".join([secret(1), *bad]) + "\n")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout.decode(), f"{print_of(secret(1))} - -\n")
        lines = done.stderr.decode().splitlines()
        self.assertEqual(len(lines), len(bad))
        for number, line in enumerate(lines, 2):
            self.assertIn(f"line {number}: ", line)
        self.assertFalse(leaks(done.stderr, secret(3)))
        self.assertNotIn(wrong(3)[4:30].encode(), done.stderr)

    def test_a_missing_file_is_an_error(self):
        done = run("fingerprint", "/no/such/file")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"/no/such/file: No such file", done.stderr)

    def test_a_byte_order_mark_means_nothing(self):
        lines = "\ufeff" + secret(1) + "\n"
        self.assertEqual(run("fingerprint", data=lines).stdout.decode(),
                         f"{print_of(secret(1))} - -\n")
        names = self.file("names", f"\ufeff{print_of(secret(1))} {KEY}\n")
        done = run("scan", "--names", str(names), data=f"k={secret(1)}\n")
        self.assertIn(f"key_id={KEY} ".encode(), done.stdout)

    def test_a_secret_in_the_place_of_a_file_is_refused_and_not_shown(self):
        older = "X" + secret(1)[1:]
        for word in secret(1), older:
            done = run("fingerprint", word)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertNotIn(word[1:].encode(), done.stderr)

    def test_a_large_file_of_something_else_is_told_in_a_few_lines(self):
        done = run("fingerprint", data="something else\n" * 5000)
        self.assertEqual(done.returncode, 2)
        lines = done.stderr.decode().splitlines()
        self.assertEqual(len(lines), 21)
        self.assertIn("4980 lines more", lines[-1])

    def test_owners_cannot_hold_a_secret_or_obey_a_terminal(self):
        done = run("fingerprint", data=f"{secret(1)} - \x1b[31m{secret(2)}\n")
        self.assertEqual(done.stdout.decode(),
                         f"{print_of(secret(1))} - \\x1b[31mcflt****\n")


class Known(program.Case):
    def setUp(self):
        super().setUp()
        lines = f"{secret(1)} {KEY} team blue\n{secret(2)}\n"
        self.names = self.file("names", run("fingerprint", data=lines).stdout)
        self.log = self.file(
            "a.log", f"k={secret(1)}\nu={OTHER_KEY} k={secret(2)}\n"
            f"k={secret(3)}\n")

    def test_scan_names_key_and_owner(self):
        done = run("scan", "--json", "--names", str(self.names), str(self.log))
        found = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([(f["key_id"], f["owner"]) for f in found],
                         [(KEY, "team blue"), (OTHER_KEY, None), (None, None)])
        text = run("scan", "--names", str(self.names), str(self.log)).stdout
        self.assertEqual(
            text.decode().splitlines()[0],
            f"{self.log}:1:3: plain key_id={KEY} "
            f"fingerprint={print_of(secret(1))} owner=team blue")

    def test_ignored_secrets_are_counted_and_nothing_else(self):
        done = run("scan", "--ignore", str(self.names), "--stats=json",
                   str(self.log))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.decode(),
                         f"{self.log}:3:3: plain key_id=- "
                         f"fingerprint={print_of(secret(3))}\n")
        self.assertEqual(json.loads(done.stderr)["ignored"], 2)
        other = self.file("other", f"{print_of(secret(1))} - somebody else\n")
        done = run("scan", "--ignore", str(self.names), "--ignore", str(other),
                   str(self.log))
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        all_three = self.file("all", "\n".join(
            print_of(secret(n)) for n in (1, 2, 3)))
        done = run("scan", "--ignore", str(all_three), str(self.log))
        self.assertEqual((done.returncode, done.stdout), (0, b""))

    def test_a_map_that_is_wrong_is_refused_before_anything_is_read(self):
        for content in f"{print_of(secret(1))} - a\n{secret(1)}\n", "\0" * 9000, \
                "\0" * 99_000:
            path = self.file("wrong", content)
            for option in "--names", "--ignore":
                done = run("scan", option, str(path), str(self.log))
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                self.assertIn(f"{path}:".encode(), done.stderr)
                self.assertFalse(leaks(done.stderr, secret(1)))

    def test_a_summary_is_the_last_object(self):
        done = run("scan", "--json", "--summary", str(self.log))
        *found, last = map(json.loads, done.stdout.splitlines())
        self.assertEqual((len(found), list(last)), (3, ["summary"]))
        summary = last["summary"]
        self.assertEqual((summary["files"], summary["found"]["plain"]), (1, 3))
        self.assertRegex(summary["started"], r"\A\d{4}-\d\d-\d\dT[\d:]{8}Z\Z")
        self.assertLessEqual(summary["started"], summary["ended"])
        self.assertIn(summary["version"], run("--version").stdout.decode())
        self.assertTrue(summary["host"])
        done = run("scan", "--summary", str(self.log), "/no/such/file")
        last = json.loads(done.stdout.splitlines()[-1])["summary"]
        self.assertEqual((done.returncode, last["files"], last["failed"]),
                         (2, 1, 1))


class Sarif(program.Case):
    def report(self, *args, code):
        done = run("scan", "--format", "sarif", *map(str, args))
        self.assertEqual(done.returncode, code)
        self.assertFalse(leaks(done.stdout, secret(1)))
        document = json.loads(done.stdout)
        self.assertEqual(document["version"], "2.1.0")
        one, = document["runs"]
        return one

    def test_a_finding_is_a_result_with_its_place_and_fingerprint(self):
        path = self.file("a b.log", f"one\nu={KEY} k={secret(1)}\n")
        one = self.report(path, code=1)
        self.assertEqual(one["results"], [{
            "ruleId": "confluent-cloud-api-secret", "level": "error",
            "message": {"text": "A Confluent Cloud API secret, of the API key "
                        f"{KEY}, written as plain."},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": str(path).replace(" ", "%20")},
                "region": {"startLine": 2, "startColumn": 22,
                           "byteOffset": 25}}}],
            "properties": {"form": "plain", "proof": "crc32", "key_id": KEY},
            "partialFingerprints": {
                "cfltRedactFingerprint/v1": print_of(secret(1))}}])
        rules = {rule["id"] for rule in one["tool"]["driver"]["rules"]}
        self.assertIn(one["results"][0]["ruleId"], rules)
        self.assertEqual(one["invocations"][0]["exitCode"], 1)

    def test_no_finding_and_many_are_valid_documents(self):
        clean = self.file("clean.log", "nothing\n")
        self.assertEqual(self.report(clean, code=0)["results"], [])
        folder = clean.parent / "many"
        folder.mkdir()
        for n in range(300):
            (folder / f"{n:03}.log").write_text(f"k={secret(1)}\n" * (n % 5))
        one = self.report(folder, code=1)
        self.assertEqual(len(one["results"]), sum(n % 5 for n in range(300)))

    def test_what_was_not_scanned_is_an_invocations_notification(self):
        path = self.file("a.gz", b"\x1f\x8b\x08\0" + bytes(40))
        one = self.report(path, code=2)
        invocation, = one["invocations"]
        self.assertFalse(invocation["executionSuccessful"])
        self.assertIn("a.gz", json.dumps(
            invocation["toolExecutionNotifications"]))

    def test_a_named_path_that_failed_is_a_notification_too(self):
        path = self.file("clean.log", "nothing\n")
        one = self.report(path, "/no/such/file", code=2)
        invocation, = one["invocations"]
        self.assertFalse(invocation["executionSuccessful"])
        self.assertIn("/no/such/file", json.dumps(
            invocation["toolExecutionNotifications"]))

    def test_part_of_a_secret_is_a_warning(self):
        path = self.file("cut.log", f"k={secret(1)[:61]}\n")
        result, = self.report(path, code=1)["results"]
        self.assertEqual((result["level"], result["properties"]["proof"]),
                         ("warning", "partial"))
        self.assertNotIn("partialFingerprints", result)


if __name__ == "__main__":
    unittest.main()
