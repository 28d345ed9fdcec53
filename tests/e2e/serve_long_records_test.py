"""Records that are too long, and secrets at every cut: docs/records.md, 2."""
import socket
import subprocess
import unittest

import serve_program
from program import secret, wrong
from serve_program import HOST, connect, free_port, send
from serve_reference import pieces, redact, rejected, secrets, unframe

KEY = secret(1).encode()
WRONG = wrong(2).encode()
AROUND = range(-70, 71)
SHORTEST = 512
BLOCKS = (64 << 10, 128 << 10, 256 << 10)


def filler(size):
    return (b"abcdefg hijklmnop qrstuv wxyz.,. " * (size // 32 + 1))[:size]


def with_secret_at(offset, size, what=KEY):
    """`size` bytes of text, with a secret in it at `offset`."""
    return filler(offset) + what + filler(size - offset - len(what))


def around_the_cut(length):
    """Long records, with secrets at every offset around each cut."""
    for offset in AROUND:
        at = length + offset
        yield with_secret_at(at, at + 700)
        yield with_secret_at(at, at + 700, WRONG)
        yield with_secret_at(at, at + len(KEY))  # and the record ends there
        yield with_secret_at(at, at + 700, KEY * 3)
        yield with_secret_at(at, at + 700, KEY[:57] + KEY)  # one cut short
        # The second cut: a mask before it moved the first.
        yield (with_secret_at(length - 4, length + 2 * 64)
               + with_secret_at(length + offset - 2 * 64 - 8, length + 700))


class LongRecords(serve_program.Case):
    def serve_lines(self, max_length, too_long="split", framing="newline"):
        self.source, self.out = free_port(), free_port()
        self.receiver = self.receive(self.out)
        self.length, self.too_long = max_length, too_long
        return self.serve({
            "sources": {"app": {
                "type": "syslog" if framing == "octet_counting" else "lines",
                "address": f"tcp://{HOST}:{self.source}", "framing": framing,
                "max_length": max_length, "too_long": too_long}},
            "sinks": {"out": {"type": "lines", "inputs": ["app"],
                              "address": f"tcp://{HOST}:{self.out}"}}})

    def expected(self, records):
        return [piece for record in records
                for piece in pieces(record, self.length, self.too_long)]

    def assert_passed_on(self, data, records):
        """Sends; and what comes is the reference's, with nothing raw in it."""
        send(self.source, data)
        expected = self.expected(records)
        framed = b"".join(piece + b"\n" for piece in expected)
        got = self.receiver.wait_for_bytes(len(framed))
        self.assert_same(bytes(got), framed)
        self.assertEqual(secrets(got), [])
        for stream in self.receiver.streams:
            stream.clear()
        return expected

    def test_secrets_around_each_cut_are_masked_in_whole(self):
        records = list(around_the_cut(SHORTEST))
        count = sum(len(secrets(record)) for record in records)
        for too_long in "split", "truncate":
            with self.subTest(too_long):
                daemon = self.serve_lines(SHORTEST, too_long)
                self.assert_passed_on(
                    b"".join(record + b"\n" for record in records), records)
                page = daemon.settled()
                self.assert_counts(page, records)
                self.assertEqual(page("secrets_total"), count)

    def assert_counts(self, page, records):
        cut = [pieces(record, SHORTEST) for record in records]
        further = sum(len(each) - 1 for each in cut)
        longer = sum(len(each) > 1 for each in cut)
        splits = self.too_long == "split"
        self.assertEqual(page("source_records_total"), len(records))
        self.assertEqual(page("source_split_records_total"),
                         further if splits else 0)
        self.assertEqual(page("source_truncated_records_total"),
                         0 if splits else longer)
        self.assertEqual(page("rejected_candidates_total"),
                         sum(len(rejected(record)) for record in records))

    def test_counted_frames_are_cut_in_the_same_places(self):
        records = list(around_the_cut(SHORTEST))
        for too_long in "split", "truncate":
            with self.subTest(too_long):
                self.serve_lines(SHORTEST, too_long, "octet_counting")
                self.assert_passed_on(b"".join(
                    b"%d %s" % (len(record), record) for record in records),
                    records)

    def test_secrets_around_the_ends_of_blocks_are_masked(self):
        self.serve_lines(1 << 20)
        for block in BLOCKS:
            for offset in AROUND:
                record = with_secret_at(block + offset, block + 300)
                self.assert_passed_on(record + b"\n", [record])

    def test_short_records_around_the_ends_of_blocks_are_kept_apart(self):
        self.serve_lines(1 << 20)
        for block in BLOCKS:
            for offset in range(-70, 71, 3):
                start = filler(block + offset - 1)[::-1]
                data = start + b"\n" + KEY[:40] + b"\n" + KEY + b"\nend"
                self.assert_passed_on(data, unframe("newline", data))

    def test_a_cut_at_64_kib_is_like_any_other(self):
        for too_long in "split", "truncate":
            with self.subTest(too_long):
                length = 64 << 10
                self.serve_lines(length, too_long)
                for offset in range(-70, 71, 2):
                    record = with_secret_at(length + offset, 3 * length)
                    self.assert_passed_on(record + b"\n", [record])

    def test_an_endless_line_is_cut_as_it_comes(self):
        """Pieces leave before the record has an end; the memory stays."""
        daemon = self.serve_lines(64 << 10)
        line = b"".join(filler(9000) + KEY + b"," for _ in range(350))
        self.assertGreater(len(line), 3_000_000)
        with connect(self.source) as sender:
            sender.sendall(line)
            whole = pieces(line, self.length)
            early = b"".join(piece + b"\n" for piece in whole[:-2])
            self.assert_same(
                self.receiver.wait_for_bytes(len(early))[:len(early)], early)
        expected = b"".join(piece + b"\n" for piece in whole)
        self.assert_same(self.receiver.wait_for_bytes(len(expected)), expected)
        self.assertEqual(daemon.settled()("source_partial_records_total"), 1)

    def test_a_line_of_3_mb_stays_whole_where_it_may(self):
        self.serve_lines(4 << 20)
        line = b"".join(filler(9000) + KEY + b"," for _ in range(350))
        self.assert_passed_on(line + b"\nnext\n", [line, b"next"])

    def test_of_an_endless_line_truncate_keeps_the_front_and_counts_all(self):
        daemon = self.serve_lines(64 << 10, "truncate")
        line = b"".join(filler(9000) + KEY + b"," for _ in range(350))
        self.assert_passed_on(line + b"\nnext\n", [line, b"next"])
        self.assertEqual(daemon.settled()("secrets_total"), 350)

    def test_only_secrets_and_near_misses_are_cut_at_masks(self):
        self.serve_lines(SHORTEST + 1)
        for record in (KEY * 20000, b"cflt" * 200000, WRONG * 20000,
                       (KEY + b"x") * 20000, (b"cflt" + KEY) * 10000):
            self.assert_passed_on(record + b"\n", [record])

    def test_a_datagram_is_cut_like_a_line(self):
        port, out = free_port(), free_port()
        receiver = self.receive(out, socket.SOCK_DGRAM)
        self.length, self.too_long = SHORTEST, "split"
        self.serve({
            "sources": {"app": {"type": "syslog", "max_length": SHORTEST,
                                "address": f"udp://{HOST}:{port}"}},
            "sinks": {"out": {"type": "lines", "inputs": ["app"],
                              "address": f"udp://{HOST}:{out}"}}})
        for record in around_the_cut(SHORTEST):
            send(port, record, kind=socket.SOCK_DGRAM)
            expected = self.expected([record])
            receiver.wait_for(lambda r: len(r.datagrams) == len(expected))
            self.assertEqual(receiver.datagrams, expected)
            receiver.datagrams.clear()


class Filter(serve_program.program.Case):
    """The reference agrees with the filter, so that one of them is checked."""

    def test_the_reference_redacts_as_the_filter_does(self):
        data = b"\n".join(around_the_cut(SHORTEST))
        done = subprocess.run([serve_program.program.PROGRAM], input=data,
                              capture_output=True, check=True)
        self.assert_same(done.stdout, redact(data))


if __name__ == "__main__":
    unittest.main()
