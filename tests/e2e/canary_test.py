"""Fake secrets to try a deployment with."""
import json
import unittest

import program
import ways
from program import MASK, redact, run


def canaries(*args):
    done = run("canary", *args)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"exit {done.returncode}: {done.stderr!r}")
    return done.stdout


def found_in(data):
    """Exit code and counts of a check."""
    done = run("--check", "--stats=json", data=data)
    return done.returncode, json.loads(done.stderr)


class Canary(program.Case):
    def test_one_plain_canary_a_line_is_made(self):
        for args, count in ([], 1), (["-n", "7"], 7), (["-n", "0"], 0):
            lines = canaries(*args).decode().splitlines()
            self.assertEqual(len(set(lines)), count)
            self.assertEqual([redact(line) for line in lines], [MASK] * count)

    def test_every_form_is_found_as_what_it_is(self):
        for form in ways.WAYS:
            code, stats = found_in(canaries("-n", "9", "--form", form))
            self.assertEqual(code, 1)
            self.assertEqual(stats["found"],
                             {**dict.fromkeys(ways.WAYS, 0), form: 9})

    def test_form_all_makes_each_in_turn(self):
        _, stats = found_in(canaries("-n", "28", "--form", "all"))
        self.assertEqual(stats["found"], dict.fromkeys(ways.WAYS, 2))

    def test_nothing_is_found_behind_the_filter(self):
        raw = canaries("-n", "140", "--form", "all")
        code, stats = found_in(redact(raw))
        self.assertEqual((code, sum(stats["found"].values())), (0, 0))
        self.assertEqual((stats["truncated"], stats["rejected"]), (0, 0))

    def test_same_seed_makes_the_same_and_another_others(self):
        for form in "plain", "all":
            made = [canaries("-n", "20", "--form", form, "--seed", seed)
                    for seed in ("5", "5", "6")]
            self.assertEqual(made[0].count(b"\n"), 20)
            self.assertEqual(made[0], made[1])
            self.assertEqual(set(made[0].splitlines())
                             & set(made[2].splitlines()), set())

    def test_no_seed_makes_others_each_time(self):
        self.assertNotEqual(canaries(), canaries())

    def test_unknown_form_is_named_and_the_nearest_suggested(self):
        done = run("canary", "--form", "base46")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(done.stderr, b"cflt-redact: --form: unknown form "
                         b"base46; did you mean base64?\n"
                         b"cflt-redact: try --help\n")

    def test_full_disk_is_named(self):
        with open("/dev/full", "wb") as full:
            done = run("canary", stdout=full)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr,
                         b"cflt-redact: stdout: No space left on device\n")


if __name__ == "__main__":
    unittest.main()
