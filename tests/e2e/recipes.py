"""The words that the tests of docs/recipes are written in where no syslog
daemon takes part (those: serve_recipes.py).

A page's blocks run as they are, but for ports, paths and the program's place.
Beside them runs the same setup without us: its lines are the page's, but for
the masks.
"""
import os
import re

import program
import serve_program
from program import wait_until
from serve_program import peers
from serve_recipes import RECIPES

FENCED = re.compile(r"^```\w*\n((?:.*\n)*?)```$", re.M)
INSTALLED = "/usr/bin/cflt-redact"
IS_ROOT = os.geteuid() == 0


def block(page, marker):
    """The one of a page that has this in it."""
    found = [body for body in FENCED.findall((RECIPES / page).read_text())
             if marker in body]
    if len(found) != 1:
        raise AssertionError(f"{page}: {len(found)} blocks with {marker}")
    return found[0]


def setting(text, pattern):
    """What a block says behind a key: the only group of a pattern."""
    found = re.findall(pattern, text, re.M)
    if len(found) != 1:
        raise AssertionError(f"{len(found)} of {pattern} in:\n{text}")
    return found[0]


class Case(serve_program.Case):
    """`self.places` are what a page says, and what stands there here."""

    def setUp(self):
        super().setUp()
        self.places = {}

    def block(self, page, marker):
        return self.adapt(block(page, marker))

    def adapt(self, text):
        for documented, here in {INSTALLED: program.PROGRAM,
                                 **self.places}.items():
            text = text.replace(documented, str(here))
        return text

    def serve_block(self, page, marker="# cflt-redact: config.yaml",
                    **options):
        return self.serve(self.block(page, marker), **options)

    def wait_for_lines(self, path, count):
        """The lines of a file, when it has so many."""
        wait_until(lambda: path.exists()
                   and path.read_bytes().count(b"\n") >= count)
        return path.read_bytes().splitlines(keepends=True)

    def assert_redacted(self, actual, twin, masks):
        """The twin's bytes, but for that many masks; nothing is left of the
        secrets in `self.secrets`."""
        self.assert_same(actual, program.redact(twin))
        self.assertEqual(actual.count(program.MASK.encode()), masks)
        self.assertEqual(program.leaks(actual, *self.secrets), [])
        self.assertNotEqual(program.leaks(twin, *self.secrets), [])

    def start_peer(self, name, listens, files, *arguments, **options):
        return self.start(peers.Peer(name, listens, files, *arguments,
                                     **options))
