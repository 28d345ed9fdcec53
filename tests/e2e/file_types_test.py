"""Files that are more than text, made by the tools whose formats they are.

-i leaves them as they are, --check and scan never call a packed one clean, and
what is text with odd bytes is rewritten as ever.
"""
import gzip
import io
import json
import pathlib
import sqlite3
import subprocess
import tarfile
import unittest
import zipfile

from program import MASK, Case, redact, run, secret

SECRET = secret("types").encode()
LINES = b"".join(b"Nov 28 12:00:%02d host app[1]: request %d\n" % (i % 60, i)
                 for i in range(2000))
LOG = LINES + b"pw=" + SECRET + b"\n" + LINES
CLEAN = LOG.replace(SECRET, MASK.encode())


def tool(*command):
    """What a tool makes of the log, from stdin to stdout."""
    return subprocess.run(command, input=LOG, check=True,
                          stdout=subprocess.PIPE).stdout


def tar(mode="w"):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        member = tarfile.TarInfo("app.log")
        member.size = len(LOG)
        archive.addfile(member, io.BytesIO(LOG))
    return packed.getvalue()


def zipped(method):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("app.log", LOG)
    return packed.getvalue()


COMPRESSED = {
    "gzip data": gzip.compress(LOG),
    "zstd data": tool("zstd", "-q"),
}
PACKED = COMPRESSED | {
    "xz data": tool("xz"),
    "bzip2 data": tool("bzip2"),
    "lz4 data": tool("lz4", "-q"),
    "a zip archive": zipped(zipfile.ZIP_DEFLATED),
}
# lz4 leaves text that it cannot shorten as it is.
SEEN = sum(SECRET in content for content in PACKED.values())


class TypeCase(Case):
    def database(self):
        path = self.folder / "log.db"
        with sqlite3.connect(path) as connection:
            connection.execute("create table log (line text)")
            connection.execute("insert into log values (?)",
                               ("pw=" + SECRET.decode(),))
        connection.close()
        return path.read_bytes()

    def containers(self):
        yield "a tar archive", tar()
        yield "a zip archive", zipped(zipfile.ZIP_STORED)
        yield "an SQLite database", self.database()
        yield "an ELF file", (pathlib.Path("/bin/true").read_bytes() +
                              b"pw=" + SECRET)
        yield "a PDF document", b"%PDF-1.7\n" + LOG
        yield "a systemd journal", b"LPKSHHRH" + bytes(200) + LOG

    def each(self, kinds):
        for number, (name, content) in enumerate(kinds):
            with self.subTest(name):
                yield name, content, self.file(f"{number}.log", content)


class InPlace(TypeCase):
    def test_what_is_more_than_text_is_left_alone(self):
        kinds = [*PACKED.items(), *self.containers()]
        for name, content, path in self.each(kinds):
            done = run("-i", str(path))
            self.assertEqual((done.returncode, path.read_bytes()), (2, content))
            self.assertEqual(
                done.stderr.decode(),
                f"cflt-redact: {path}: is {name}, which a mask would damage; it "
                "is left as it was (--binary insists)\n")

    def test_binary_insists(self):
        for _, content, path in self.each(self.containers()):
            self.assertEqual(run("-i", "--binary", str(path)).returncode, 0)
            self.assertEqual(path.read_bytes(),
                             content.replace(SECRET, MASK.encode()))

    def test_z_rewrites_what_it_reads_in_its_own_format(self):
        for name, unpack in (("gzip data", gzip.decompress),
                             ("zstd data", self.unzstd)):
            path = self.file("packed", COMPRESSED[name])
            done = run("-z", "-i", str(path))
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertEqual(unpack(path.read_bytes()), CLEAN)

    def unzstd(self, packed):
        return subprocess.run(["zstd", "-q", "-d"], input=packed, check=True,
                              stdout=subprocess.PIPE).stdout

    def test_z_leaves_alone_what_holds_more_than_text(self):
        kinds = {"a tar archive": gzip.compress(tar()),
                 "gzip data": gzip.compress(gzip.compress(LOG)),
                 "zstd data": gzip.compress(COMPRESSED["zstd data"])}
        for name, content, path in self.each(kinds.items()):
            done = run("-z", "-i", str(path))
            self.assertEqual((done.returncode, path.read_bytes()), (2, content))
            self.assertIn(f"decompressed, it is {name}", done.stderr.decode())

    def test_text_with_odd_bytes_is_rewritten(self):
        odd = {"NULs": bytes(4097) + LOG,
               "UTF-16": "\ufeffpw=".encode("utf-16-le") +
                         SECRET.decode().encode("utf-16-le"),
               "bytes": bytes(range(256)) + LOG,
               "a magic in the middle": b"\n" + PACKED["a zip archive"] + LOG}
        for name, content in odd.items():
            with self.subTest(name):
                path = self.file("odd.log", content)
                done = run("-i", str(path))
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.assertNotEqual(path.read_bytes(), content)
                self.assertEqual(run("--check", str(path)).returncode, 0)


class Check(TypeCase):
    def test_packed_is_never_called_clean(self):
        for name, _, path in self.each(PACKED.items()):
            for option in [], ["-z"]:
                if option and name in COMPRESSED:
                    continue
                done = run("--check", *option, str(path))
                self.assertEqual(done.returncode, 2, name)
                self.assertIn(f"{path}: warning: is {name}; what it holds was "
                              "not scanned", done.stderr.decode())

    def test_it_is_recognised_in_a_pipe_too(self):
        for name, content in PACKED.items():
            self.assertEqual(run("--check", data=content).returncode, 2, name)

    def test_z_reads_gzip_and_zstd(self):
        for name, content in COMPRESSED.items():
            self.assertEqual(run("-z", "--check", data=content).returncode, 1)
            self.assertEqual(redact(content, "-z"), CLEAN, name)

    def test_the_filter_warns_of_masks_in_a_container(self):
        done = run(data=tar())
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"is a tar archive, which the masks in it may have "
                      b"damaged", done.stderr)
        self.assertEqual(run(data=tar().replace(SECRET, b"x" * 64)).stderr,
                         b"")


class Scan(TypeCase):
    def test_packed_is_counted_and_strict_fails(self):
        for number, content in enumerate(PACKED.values()):
            self.file(f"{number}.log", content)
        folder = str(self.folder)
        done = run("scan", folder)
        self.assertEqual((done.returncode, done.stderr.decode()), (
            min(SEEN, 1), f"cflt-redact: {len(PACKED)} files are packed; what they hold was "
            "not scanned (--strict names them)\n"))
        done = run("scan", "--strict", "--stats=json", folder)
        self.assertEqual(done.returncode, 2)
        words = done.stderr.decode().splitlines()
        self.assertEqual(json.loads(words[-1])["packed"], len(PACKED))
        for name in PACKED:
            self.assertEqual(sum(f"is {name};" in line for line in words), 1)

    def test_z_leaves_what_it_cannot_read(self):
        for number, content in enumerate(PACKED.values()):
            self.file(f"{number}.log", content)
        done = run("scan", "-z", str(self.folder))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stdout.splitlines()), len(COMPRESSED) + SEEN)
        self.assertIn(f"{len(PACKED) - len(COMPRESSED)} files are packed",
                      done.stderr.decode())

    def test_one_file_is_named(self):
        path = self.file("a.xz", PACKED["xz data"])
        done = run("scan", str(path))
        self.assertEqual(done.stderr.decode(), f"cflt-redact: {path}: is xz "
                         "data; what it holds was not scanned\n")
        self.assertEqual(done.returncode, 2)  # it was asked for
        self.assertEqual(run("scan", str(path.parent)).returncode, 0)


if __name__ == "__main__":
    unittest.main()
