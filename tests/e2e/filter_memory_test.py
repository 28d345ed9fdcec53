"""What was masked is in no buffer of the program any more."""
import base64
import os
import string
import unittest

import program
from program import Running, secret

ALPHABET = (string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/")
LINE = b"an ordinary line\n"
LAST = b"the last line\n"


def writable_memory(pid):
    """All that the process could have stored something in."""
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, \
            open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            begin, end = (int(each, 16) for each in place.split("-"))
            try:
                memory.seek(begin)
                yield memory.read(end - begin)
            except OSError:
                pass  # of the kernel


@unittest.skipIf(os.environ.get("CFLT_SANITIZED"), "its shadow is terabytes")
@unittest.skipUnless(os.geteuid() == 0, "the process is not dumpable")
class Memory(program.Case):
    def copies(self, text, needles):
        """How many there are, once the program waits for more."""
        with Running() as running:
            # The type of a file is learned from its first bytes.
            running.write(LINE * 20 + text + b"\n" + LAST)
            seen = b""
            while not seen.endswith(LAST):
                seen += running.read(1)
            found = {name: 0 for name in needles}
            for region in writable_memory(running.process.pid):
                for name, needle in needles.items():
                    found[name] += region.count(needle)
            return seen, found

    def test_neither_the_secret_nor_its_values_are_left(self):
        whole = secret(77)
        part = whole[14:44]
        needles = {"text": part.encode(),
                   "values": bytes(ALPHABET.index(c) for c in part)}
        for name, text in (
                ("plain", whole.encode()),
                ("base64", base64.b64encode(f"x{whole}\"".encode())),
                ("hex", whole.encode().hex().encode()),
                ("utf16", whole.encode("utf-16-le")),
                ("numbers", ",".join(map(str, whole.encode())).encode())):
            with self.subTest(name):
                seen, found = self.copies(text, needles)
                self.assertNotIn(part.encode(), seen)
                self.assertEqual(found, {"text": 0, "values": 0})

    def test_the_search_would_find_it(self):
        part = secret(78)[14:40]
        _, found = self.copies(part.encode(), {"text": part.encode()})
        self.assertGreater(found["text"], 0)


if __name__ == "__main__":
    unittest.main()
