"""Nothing is late, nothing depends on how the input is cut, and whatever is
no secret leaves as it came, however much of it there is.
"""
import hashlib
import random
import unittest

import program
import ways
from program import MASK, Running, redact, redact_pieces, secret, wrong

MIB = 1 << 20


def lines_of_all_forms(seed):
    """A line for each way of writing a secret, a wrong one, a cut one."""
    for write in ways.WAYS.values():
        yield b"%s; %s; %s.\n" % (write(secret(seed)), write(wrong(seed)),
                                  write(secret(seed))[:-3])


def single_bytes(data):
    return [data[at:at + 1] for at in range(len(data))]


def random_pieces(data, rng):
    while data:
        size = rng.choice((1, 2, 3, 5, 60, 64, 200, 511, 512, 513, 4000))
        yield data[:size]
        data = data[size:]


class Waiting(program.Case):
    """What is out while the writer is still there."""

    def test_prompt_without_newline_is_out_at_once(self):
        with Running() as app:
            for prompt in b"Password: ", b"again: ", b"\x1b[32m> ", b"$ ":
                self.assertEqual(app.answer(prompt), prompt)
            self.assertEqual(app.finish().returncode, 0)

    def test_text_without_anchor_is_never_held(self):
        rng = random.Random(40)
        with Running() as app:
            for size in 1, 2, 511, 512, 513, 5000:
                text = "".join(rng.choices(program.SYMBOLS, k=size)).encode()
                self.assertEqual(app.answer(text), text)

    def test_every_byte_of_an_anchor_is_out_at_once(self):
        for anchor in (b"cflt", b"Y2Zsd", b"NmbH", b"jZmx0", b"63666c74",
                       b"63666C74", b"c\0f\0l\0t"):
            with self.subTest(anchor), Running() as app:
                for byte in single_bytes(b"x" + anchor):
                    self.assertEqual(app.answer(byte), byte)

    def test_text_behind_an_anchor_is_held_until_it_is_no_secret(self):
        with Running() as app:
            self.assertEqual(app.answer(b"cfltAAAA"), b"cflt")
            self.assertEqual(app.answer(b"BBBB"), b"")
            self.assertEqual(app.answer(b"! and"), b"AAAABBBB! and")

    def test_secret_is_held_until_its_last_symbol(self):
        whole = secret(41).encode()
        with Running() as app:
            self.assertEqual(app.answer(b"k=" + whole[:-1]), b"k=cflt")
            self.assertEqual(app.answer(whole[-1:]), b"****")
            self.assertEqual(app.answer(b"next"), b"next")

    def test_hold_ends_512_bytes_behind_the_anchor(self):
        with Running() as app:
            self.assertEqual(app.answer(b"cflt" + b"\\" * 511), b"cflt")
            self.assertEqual(app.answer(b"\\"), b"\\" * 512)
            self.assertEqual(app.answer(b"\\"), b"\\")

    def test_held_text_leaves_at_the_end_byte_for_byte(self):
        for held in (b"A" * 53, b"A", b"/+\\u002", b"%2", b"\\" * 400, b"&#4",
                     b"\x1b[01;3", b""):
            with self.subTest(held), Running() as app:
                self.assertEqual(app.answer(b"cflt" + held), b"cflt")
                self.assertEqual(app.finish().stdout, held)

    def test_secret_cut_short_by_the_end_is_masked(self):
        with Running() as app:
            self.assertEqual(app.answer(secret(42)[:-1].encode()), b"cflt")
            self.assertEqual(app.finish().stdout, b"****")


class Cuts(program.Case):
    """The output does not depend on how the input is cut."""

    def test_cut_at_every_position_changes_nothing(self):
        for line in lines_of_all_forms(50):
            cuts = [(line[:at], line[at:]) for at in range(1, len(line))]
            pieces = [piece for cut in cuts for piece in cut]
            with self.subTest(line):
                output, _ = redact_pieces(pieces)
                self.assertNotIn(line, output)
                self.assert_same(output, redact(line) * len(cuts))

    def test_byte_by_byte_changes_nothing(self):
        data = b"".join(lines_of_all_forms(51))
        output, _ = redact_pieces(single_bytes(data))
        self.assertNotEqual(output, data)
        self.assert_same(output, redact(data))

    def test_random_pieces_change_neither_output_nor_counts(self):
        data = b"".join(lines_of_all_forms(52)) + b"cflt" * 999 + b"\n"
        _, counts = redact_pieces([data], "--stats")
        for seed in range(10):
            pieces = random_pieces(data, random.Random(seed))
            output, stats = redact_pieces(pieces, "--stats")
            self.assert_same(output, redact(data))
            self.assertEqual(stats.split(b" rejected")[0],
                             counts.split(b" rejected")[0])

    def test_secret_across_the_end_of_a_big_block_is_masked(self):
        for size in 1 << 12, 1 << 16, 256 << 10, MIB:
            for before in range(0, 70, 3):
                text = b"x" * (size - before)
                output = redact(text + secret(53).encode() + text)
                self.assert_same(output, text + MASK.encode() + text)


class Transparency(program.Case):
    """What is no secret leaves as it came."""

    def assert_unchanged(self, data):
        self.assert_same(redact(data), data)

    def test_empty_input_gives_empty_output(self):
        self.assert_unchanged(b"")

    def test_megabytes_of_random_bytes_are_unchanged(self):
        self.assert_unchanged(random.Random(60).randbytes(8 * MIB + 1))

    def test_nul_bytes_and_invalid_utf8_are_unchanged(self):
        for piece in (b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xfe\xff"):
            self.assert_unchanged(piece)
            self.assert_unchanged(b"a" + piece * 300_000 + b"z")

    def test_line_ends_are_unchanged(self):
        for end in b"\n", b"\r\n", b"\r", b"\n\n", b"\0", b"":
            self.assert_unchanged(b"first" + end + b"second" + end)

    def test_decoys_are_unchanged(self):
        for decoy in (b"cflt", b"cfltA", b"cflt" + b"A" * 70, b"Y2ZsdE",
                      b"63666c74", b"c\0f\0l\0t\0", b"ImNmbHRB", b"BjZmx0",
                      wrong(61).encode()):
            self.assert_unchanged(decoy * 20_000)

    def test_everything_but_the_secrets_is_unchanged(self):
        noise = random.Random(62).randbytes(3000)
        parts = [noise[at:] for at in range(0, 3000, 7)]
        self.assert_same(redact(secret(62).encode().join(parts)),
                         MASK.encode().join(parts))

    def test_endless_line_passes_in_little_memory(self):
        line = random.Random(63).randbytes(MIB).translate(
            bytes(32 + byte % 95 for byte in range(256)))
        blocks = [line, b"cflt" + wrong(63).encode() + line[:-68]] * 150
        with Running() as app:
            app.write_in_background(blocks)
            came, expected = hashlib.sha256(), hashlib.sha256()
            for block in blocks:
                came.update(app.read(MIB))
                expected.update(block)
            self.assertEqual(came.digest(), expected.digest())
            self.assertLessEqual(app.peak_bytes(), 24 * MIB)


if __name__ == "__main__":
    unittest.main()
