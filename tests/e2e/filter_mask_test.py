"""--mask same-length: as many bytes as there were, so that formats with lengths
and offsets stay what they are.
"""
import base64
import gzip
import json
import os
import struct
import unittest
import urllib.parse

import program
import ways
from program import leaks, redact, redact_pieces, run, run_shell, secret, wrong

OPTION = "--mask=same-length"
MASK = "cflt" + "*" * 60  # in the place of a plain secret


def journal(*messages):
    """As `journalctl -o export` writes a message that is no plain text."""
    for text in messages:
        yield b"_HOSTNAME=h\n_PID=7\nMESSAGE\n%s%s\n\n" % (
            struct.pack("<Q", len(text)), text)


def read_journal(data):
    """The messages; systemd's Journal Export Format, field by field."""
    at = 0
    while at < len(data):
        end = data.index(b"\n", at)
        field, at = data[at:end], end + 1
        if not field or b"=" in field:
            continue
        size, = struct.unpack_from("<Q", data, at)
        text = data[at + 8:at + 8 + size]
        at += 8 + size
        assert len(text) == size and data[at:at + 1] == b"\n", field
        at += 1
        yield text


def masked_by_form():
    """What each way of writing becomes, but that one which is looked at below."""
    one = secret(200)
    for form, write in ways.WAYS.items():
        if form != "base64-escaped":
            yield form, write(one), {
                "color": ways.WAYS["color"](one).replace(
                    one[4:].encode(), b"*" * 60),
                "wrapped": ways.WAYS["wrapped"](
                    "cflt" + "*" * 60),
                "base64": base64.b64encode(MASK.encode()),
                "hex": MASK.encode().hex().encode(),
                "numbers": ", ".join(
                    "42".ljust(len(str(c))) if at > 3 else str(c)
                    for at, c in enumerate(one.encode())).encode(),
                "utf16": MASK.encode("utf-16-le"),
            }.get(form, b"cflt" + b"*" * (len(write(one)) - 4))


class SameLength(program.Case):
    def redacted(self, data, *seeds):
        """Nothing of the secrets is left, and a second pass changes nothing."""
        output = redact(data, OPTION)
        self.assertEqual(len(output), len(data))
        self.assertEqual(leaks(output, *map(secret, seeds)), [])
        self.assertEqual(redact(output, OPTION), output)
        self.assertEqual(redact(output), output)
        return output

    def test_each_form_keeps_its_length_and_its_reader(self):
        for form, written, masked in masked_by_form():
            with self.subTest(form):
                self.assertEqual(self.redacted(b"k=" + written + b";\n", 200),
                                 b"k=" + masked + b";\n")

    def test_lists_and_broken_text_stay_json(self):
        text = f'{{"a": [{ways.numbers(secret(201))}], ' \
               f'"b": "{ways.wrapped(secret(202))}"}}'
        read = json.loads(self.redacted(text, 201, 202))
        self.assertEqual(bytes(read["a"]).decode(), MASK)
        self.assertEqual(read["b"], MASK[:40] + "\n" + MASK[40:])

    def test_base64_with_an_escape_decodes_to_as_many_bytes(self):
        output = self.redacted(ways.WAYS["base64-escaped"](secret(203)), 203)
        decoded = base64.b64decode(urllib.parse.unquote_to_bytes(output),
                                   validate=True)
        self.assertEqual(decoded[:4], b"cflt")
        self.assertLessEqual(set(decoded[4:64]), set(b"*>?"))
        self.assertEqual(decoded[64:].decode(), "\U0001f511")

    def test_rejected_and_truncated_keep_their_length(self):
        for text, option in ((wrong(204), "--mismatch=redact"),
                             (secret(204)[:62], "--truncated=mask")):
            self.assertEqual(redact(f"a={text};", OPTION, option),
                             f"a={MASK[:len(text)]};")

    def test_chunks_make_no_difference(self):
        data = b"\n".join(write(secret(205)) for write in ways.WAYS.values())
        whole = self.redacted(data, 205)
        for size in 1, 7, 500:
            pieces = [data[at:at + size] for at in range(0, len(data), size)]
            self.assertEqual(redact_pieces(pieces, OPTION), (whole, b""))

    def test_short_is_the_default(self):
        for args in (), ("--mask=short",), ("--mask", "short"):
            self.assertEqual(redact(secret(206), *args), program.MASK)

    def test_check_answers_as_without(self):
        for data, code in (secret(207), 1), (wrong(207), 0), (MASK, 0):
            done = run("--check", OPTION, data=data)
            self.assertEqual((done.returncode, done.stdout), (code, b""))


class Formats(program.Case):
    def test_a_journal_export_stays_one(self):
        messages = [b"\x1b[32mpw=%s" % secret(at).encode() for at in range(3)]
        messages.insert(1, b"nothing\tin it\x01")
        data = b"".join(journal(*messages))
        self.assertEqual(list(read_journal(data)), messages)
        read = list(read_journal(redact(data, OPTION)))
        self.assertEqual(read, [
            messages[1] if at == 1 else b"\x1b[32mpw=" + MASK.encode()
            for at in range(4)])

    def test_a_length_in_front_stays_right(self):
        """Str 8 of msgpack, a field of protobuf, Content-Length of HTTP."""
        text = f"key={secret(210)}".encode()
        mask = f"key={MASK}".encode()
        for front in (bytes([0xd9, len(text)]), bytes([0x0a, len(text)]),
                      b"Content-Length: %d\r\n\r\n" % len(text)):
            self.assertEqual(redact(front + text + b"\x01next", OPTION),
                             front + mask + b"\x01next")

    def test_in_place_keeps_the_size(self):
        path = self.file("app.log", b"\0" * 9 + f"k={secret(211)}\n".encode())
        before = path.read_bytes()
        done = run("-i", OPTION, str(path))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(path.read_bytes(), before.replace(
            secret(211).encode(), MASK.encode()))
        inode = os.stat(path).st_ino
        self.assertEqual(run("-i", OPTION, str(path)).returncode, 0)
        self.assertEqual(os.stat(path).st_ino, inode)

    def test_in_place_with_zip_keeps_the_size_of_what_is_packed(self):
        text = f"k={secret(212)}\n".encode() * 1000
        path = self.file("app.log.gz", gzip.compress(text))
        self.assertEqual(run("-i", "-z", OPTION, str(path)).returncode, 0)
        self.assert_same(gzip.decompress(path.read_bytes()), text.replace(
            secret(212).encode(), MASK.encode()))


class Exec(program.Case):
    def test_both_outputs_keep_their_lengths(self):
        done = run_shell('exec "$0" exec "$1" -- sh -c '
                         '\'echo "o=$0"; echo "e=$0" >&2; exit 3\' "$2"',
                         OPTION, secret(213))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (
            3, f"o={MASK}\n".encode(), f"e={MASK}\n".encode()))

    def test_a_journal_export_of_a_command_stays_one(self):
        data = b"".join(journal(*(f"pw={secret(at)}\t".encode()
                                  for at in range(50))))
        path = self.file("export", data)
        done = run("exec", OPTION, "--", "cat", str(path))
        self.assertEqual(list(read_journal(done.stdout)),
                         [f"pw={MASK}\t".encode()] * 50)


if __name__ == "__main__":
    unittest.main()
