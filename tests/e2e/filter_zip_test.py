"""-z: gzip in, redacted text out. Python's gzip is the reference."""
import gzip
import random
import struct
import unittest
import zlib

from program import (MASK, Case, Running, redact, redact_pieces, run,
                     secret)

SECRET = secret("zip")
TEXT = f"one\nkey={SECRET} two\n".encode() * 50
CLEAN = TEXT.replace(SECRET.encode(), MASK.encode())
OPTIONS = "-z", "--search-zip"


def random_text(size):
    """Compressible, not too much, with a secret now and then."""
    rng = random.Random(size)
    words = ["info", "warn", f"key={SECRET}"] + [
        "%x" % rng.getrandbits(32) for _ in range(997)]
    text = " ".join(rng.choices(words, k=size // 7)).encode()
    return text[:size]


def with_header(flags, fields, text=TEXT):
    """A member with optional fields (RFC 1952, 2.3)."""
    header = b"\x1f\x8b\x08" + bytes([flags]) + bytes(5) + b"\xff" + fields
    if flags & 2:
        header += struct.pack("<H", zlib.crc32(header) & 0xffff)
    return header + gzip.compress(text)[10:]


class Good(Case):
    def test_gzip_is_decompressed_and_redacted(self):
        for option in OPTIONS:
            for level in range(10):
                self.assertEqual(redact(gzip.compress(TEXT, level), option),
                                 CLEAN)

    def test_without_the_option_it_passes_as_it_is(self):
        packed = gzip.compress(TEXT)
        done = run(data=packed)
        self.assertEqual((done.returncode, done.stdout), (0, packed))
        self.assertEqual(done.stderr, b"cflt-redact: stdin: warning: is gzip "
                         b"data; what it holds was not scanned (-z decompresses "
                         b"it)\n")

    def test_what_is_not_gzip_passes_as_it_is(self):
        for plain in TEXT, b"", b"\x1f", b"\x8b\x1f", b"\x1f\x8a", b"\n":
            expected = plain.replace(SECRET.encode(), MASK.encode())
            self.assertEqual(redact(plain, "-z"), expected)

    def test_files_of_both_kinds_are_one_stream(self):
        half = len(SECRET) // 2
        a = self.file("a.gz", gzip.compress(b"k=" + SECRET[:half].encode()))
        b = self.file("b", SECRET[half:])
        done = run("-z", str(a), str(b))
        self.assertEqual((done.stdout, done.returncode),
                         (f"k={MASK}".encode(), 0))

    def test_members_follow_one_another(self):
        parts = [TEXT[at:at + 97] for at in range(0, len(TEXT), 97)]
        members = b"".join(gzip.compress(part) for part in parts)
        self.assertEqual(redact(members, "-z"), CLEAN)

    def test_empty_members_are_nothing(self):
        nothing = gzip.compress(b"")
        self.assertEqual(redact(nothing, "-z"), b"")
        self.assertEqual(redact(nothing * 3 + gzip.compress(TEXT) + nothing,
                                "-z"), CLEAN)

    def test_zeros_may_stand_behind_members(self):
        packed = gzip.compress(TEXT)
        for zeros in 1, 511, 1 << 18:
            padded = packed + bytes(zeros)
            self.assertEqual(redact(padded, "-z"), CLEAN)
            self.assertEqual(redact(padded + packed, "-z"), CLEAN * 2)

    def test_headers_may_have_optional_fields(self):
        for flags, fields in ((8, b"app.log\0"), (16, b"a comment\0"),
                              (4, b"\x04\0abcd"), (2, b""), (1, b""),
                              (31, b"\x04\0abcdname\0comment\0")):
            self.assertEqual(redact(with_header(flags, fields), "-z"), CLEAN)

    def test_any_cut_into_reads_gives_the_same(self):
        text = TEXT[:400]
        packed = gzip.compress(text) + with_header(
            31, b"\x04\0abcdname\0comment\0", text) + bytes(3)
        expected = text.replace(SECRET.encode(), MASK.encode()) * 2
        for size in 1, 2, 3, 7, 19, 64:
            pieces = [packed[at:at + size]
                      for at in range(0, len(packed), size)]
            self.assertEqual(redact_pieces(pieces, "-z"), (expected, b""))

    def test_large_input_is_the_same_as_plain(self):
        for size in (64 << 10) - 1, 256 << 10, 3_000_001:
            text = random_text(size)
            for level in 0, 1, 6, 9:
                self.assert_same(redact(gzip.compress(text, level), "-z"),
                                 redact(text))

    def test_what_came_leaves_at_once(self):
        packer = zlib.compressobj(wbits=31)
        first = packer.compress(b"hello\n") + packer.flush(zlib.Z_SYNC_FLUSH)
        with Running("-z") as app:
            self.assertEqual(app.answer(first), b"hello\n")
            app.write(packer.compress(b"end\n") + packer.flush())
            done = app.finish()
        self.assertEqual((done.stdout, done.returncode), (b"end\n", 0))

    def test_what_cannot_be_gzip_leaves_at_once(self):
        with Running("-z") as app:
            self.assertEqual(app.answer(b"a"), b"a")
            self.assertEqual(app.answer(b"\x1f\x8b"), b"\x1f\x8b")

    def test_a_bomb_takes_no_memory(self):
        packed = gzip.compress(bytes(64 << 20), 9)
        with Running("-z") as app:
            app.write_in_background([packed])
            count = (64 << 20) - (1 << 20)
            for _ in range(count >> 20):
                app.read(1 << 20)
            self.assertLess(app.peak_bytes(), 64 << 20)
            done = app.finish()
        self.assertEqual((len(done.stdout), done.returncode), (1 << 20, 0))

    def test_check_and_statistics_see_the_plain_text(self):
        packed = gzip.compress(TEXT)
        self.assertEqual(run("-z", "--check", data=packed).returncode, 1)
        self.assertEqual(run("--check", data=packed).returncode, 2)
        done = run("-z", "--stats", data=packed)
        self.assertIn(f"{len(TEXT)} bytes, 100 lines, 50 found",
                      done.stderr.decode())


class Bad(Case):
    def assert_refused(self, packed, reason, whole=TEXT):
        """One line says why and where. Also what would have come."""
        path = self.file("app.gz", packed)
        done = run("-z", str(path))
        self.assertEqual(done.returncode, 2)
        self.assertRegex(
            done.stderr.decode(),
            rf"\Acflt-redact: {path}: byte \d+: .*{reason}.*\n\Z")
        clean = whole.replace(SECRET.encode(), MASK.encode())
        return done, clean

    def assert_begins(self, done, clean):
        """Whatever the last bytes are, undecided or cut."""
        common = done.stdout.rpartition(b"\n")[0]
        self.assertTrue(clean.startswith(common))

    def test_any_early_end_is_told(self):
        text = TEXT[:700]
        packed = with_header(31, b"\x04\0abcdname\0comment\0", text)
        for size in [*range(2, 60), *range(60, len(packed), 9)]:
            done, clean = self.assert_refused(packed[:size], "too early", text)
            self.assert_begins(done, clean)
            self.assertIn(f"byte {size}:", done.stderr.decode())

    def test_an_early_end_of_a_second_member_is_told(self):
        packed = gzip.compress(TEXT)
        for size in 1, 2, 10, 30, len(packed) - 1:
            done, clean = self.assert_refused(packed + packed[:size],
                                              "too early", TEXT * 2)
            self.assertTrue(done.stdout.startswith(CLEAN))
            self.assert_begins(done, clean)

    def test_an_early_end_of_large_data_keeps_what_came_before(self):
        text = random_text(2_000_000)
        packed = gzip.compress(text, 6)
        done, clean = self.assert_refused(packed[:len(packed) // 2],
                                          "too early", text)
        end = len(done.stdout) - 4096
        self.assertGreater(end, len(clean) // 3)
        self.assert_same(done.stdout[:end], clean[:end])

    def test_a_wrong_checksum_is_told_behind_the_data(self):
        packed = gzip.compress(TEXT)
        for at in range(-8, 0):
            bad = bytearray(packed)
            bad[at] ^= 0x10
            done, clean = self.assert_refused(bytes(bad), "checksum or length")
            self.assertEqual(done.stdout, clean)

    def test_a_bad_header_is_told(self):
        packed = bytearray(gzip.compress(TEXT))
        packed[2] = 7
        self.assert_refused(bytes(packed), "unknown compression method")
        reserved = with_header(0x80, b"")
        self.assert_refused(reserved, "corrupt gzip header")
        self.assert_refused(gzip.compress(TEXT) + b"\x1f\x8c" + bytes(20),
                            "corrupt gzip header", TEXT)

    def test_garbage_behind_it_is_told(self):
        for garbage in b"x", bytes(9) + b"x", b"\n", bytes(1 << 17) + b"\xff":
            done, clean = self.assert_refused(gzip.compress(TEXT) + garbage,
                                              "garbage behind")
            self.assertEqual(done.stdout, clean)

    def test_any_flipped_bit_is_told_or_changes_nothing(self):
        text = TEXT[:300]
        packed = gzip.compress(text)
        path = self.file("app.gz", b"")
        for at in range(16, 8 * len(packed), 5):
            bad = bytearray(packed)
            bad[at // 8] ^= 1 << at % 8
            path.write_bytes(bytes(bad))
            done = run("-z", str(path))
            with self.subTest(bit=at):
                if done.returncode != 0:
                    self.assertEqual(done.returncode, 2)
                    self.assertEqual(done.stderr.count(b"\n"), 1)
                else:
                    self.assertEqual(done.stdout, redact(text))

    def test_the_next_file_follows_all_the_same(self):
        bad = self.file("bad.gz", gzip.compress(TEXT)[:-1])
        good = self.file("good.gz", gzip.compress(TEXT))
        done = run("-z", str(bad), str(good))
        self.assertEqual((done.stdout, done.returncode), (CLEAN * 2, 2))

    def test_check_answers_2_for_what_it_could_not_read(self):
        bad = self.file("bad.gz", gzip.compress(TEXT)[:-1])
        self.assertEqual(run("-z", "--check", str(bad)).returncode, 2)


if __name__ == "__main__":
    unittest.main()
