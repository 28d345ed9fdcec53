"""The words that the tests of packages are written in.

They take what scripts/package made out of build/packages, and need root: for
chroot(2), mounts and Debian's tools.
"""
import contextlib
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = TOP / "build" / "packages"
BUSYBOX = "/bin/busybox"
HANG_SECONDS = 120  # only ends what hangs

VERSION, = re.findall(r"project\(cflt-redact VERSION (\S+)",
                      (TOP / "CMakeLists.txt").read_text())


def example():
    """The README's first example: what goes in, and what comes out."""
    text = (TOP / "README.md").read_text()
    line, masked = re.search(
        r"\$ echo '(.*)' \| cflt-redact\n(.*)\n", text).groups()
    return line.encode() + b"\n", masked.encode() + b"\n"


def install_block(word):
    """The README's block of commands that begins with `word`."""
    text = (TOP / "README.md").read_text()
    return re.search(rf"```sh\n({word} .*?)```", text, re.DOTALL)[1]


def package(pattern):
    """The one file of build/packages of that name."""
    found = sorted(PACKAGES.glob(pattern))
    if len(found) != 1:
        raise SystemExit(f"{PACKAGES}/{pattern}: {len(found)} files, not 1: "
                         "run scripts/package")
    return found[0]


def run(*words, stdin=b"", timeout=HANG_SECONDS, **options):
    return subprocess.run([str(word) for word in words], input=stdin,
                          capture_output=True, timeout=timeout, check=False,
                          **options)


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cflt packed."))
        self.addCleanup(shutil.rmtree, self.folder)

    def succeed(self, *words, **options):
        """What the command printed; it must succeed and say nothing else."""
        done = run(*words, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def assert_redacts(self, *program, **options):
        given, wanted = example()
        done = run(*program, stdin=given, **options)
        self.assertEqual((done.stdout, done.stderr, done.returncode),
                         (wanted, b"", 0))

    def unpack_bundle(self, where):
        """The program of a bundle that is unpacked at `where`."""
        where.mkdir(parents=True, exist_ok=True)
        self.succeed("tar", "-xzf", package("cflt-redact-*.tar.gz"),
                     "--strip-components=1", "-C", where)
        return where / "cflt-redact"
