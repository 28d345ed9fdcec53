"""What Debian's programs print of a secret, and what is left of it.

Each test runs a program, writes down what docs/language.md says comes of its
output, byte for byte, and compares. A program that is missing is skipped.
"""
import base64
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import unittest

import program
from program import KEY, MASK, redact, secret

SECRET = secret(40)
LONG_MASK = "cflt******"  # what base64 reads, to keep its alignment
RICH = """
import logging, sys
from pip._vendor.rich.logging import RichHandler
logging.basicConfig(level="INFO", format="%(message)s",
                    handlers=[RichHandler(show_time=False)])
logging.info("producer config sasl.password=%s", sys.argv[1])
"""
PPRINT = """
import pprint, sys
pprint.pprint({"bootstrap.servers": "b:9092",
               "sasl_plain_password": sys.argv[1].encode()})
"""


def base64_of(text):
    return base64.b64encode(text.encode()).decode()


def broken(text, between):
    """A pattern: the text, with breaks between its characters or none."""
    return f"(?:{between})?".join(map(re.escape, text))


def pythons():
    return [sys.executable, *filter(None, [shutil.which("/usr/bin/python3")])]


class Tools(program.Case):
    def output_of(self, *command, data=""):
        """What a program prints to its two outputs, as text."""
        if shutil.which(command[0]) is None:
            self.skipTest(f"no {command[0]}")
        done = subprocess.run(
            command, input=data.encode(), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=program.HANG_SECONDS,
            env={**os.environ, "COLUMNS": "80", "PS4": "+ "})
        self.assertEqual(done.returncode, 0, done.stdout[:300])
        return done.stdout.decode("latin-1")

    def assert_redacted(self, shown, expected):
        """The whole output; and it stays as it is."""
        self.assertNotEqual(shown, expected)
        output = redact(shown.encode("latin-1"))
        self.assert_same(output, expected.encode("latin-1"))
        self.assert_same(redact(output), output)

    def replaced(self, shown, written, between, by):
        """`shown`, in which what is written, and broken, was replaced once."""
        changed, count = re.subn(broken(written, between),
                                 by.replace("\\", r"\\"), shown)
        self.assertEqual(count, 1, "it does not print what was expected")
        return changed

    def masked_list(self, shown, base, mask):
        """`shown`, whose list of numbers has the mask behind `c f l t`."""
        numbers = list(re.finditer("[0-9a-fA-F]{2}" if base == 16 else
                                   r"\d+", shown))
        values = [int(number[0], base) for number in numbers]
        wanted = list(SECRET.encode())
        first = next(at for at in range(len(values))
                     if values[at:at + 64] == wanted)
        pieces = [shown[:numbers[first + 3].end()]]
        for at in range(first + 4, first + 8):
            pieces += shown[numbers[at - 1].end():numbers[at].start()], mask
        return "".join([*pieces, shown[numbers[first + 63].end():]])


class Wrapped(Tools):
    def test_bash_trace_of_base64_is_on_one_line(self):
        shown = self.output_of(
            "bash", "-xc", 'A=$(printf %s "$1:$2" | base64); : "Basic $A"',
            "_", KEY, SECRET)
        pair, masked = (base64_of(f"{KEY}:{text}")
                        for text in (SECRET, LONG_MASK))
        self.assertIn(f"{pair[:76]}\n{pair[76:]}'", shown)
        expected = shown.replace(SECRET, MASK).replace(
            f"{pair[:76]}\n{pair[76:]}", masked)
        self.assert_redacted(shown, expected)

    def test_openssl_base64_is_on_one_line(self):
        shown = self.output_of("openssl", "base64", data=f"{KEY}:{SECRET}\n")
        self.assert_redacted(shown, self.replaced(
            shown, base64_of(f"{KEY}:{SECRET}\n"), "\n",
            base64_of(f"{KEY}:{LONG_MASK}\n")))

    def test_base64_decodes_to_the_mask(self):
        text = "sasl.password={}\nretries=3\nacks=all\nlinger.ms=20\n" * 2
        shown = self.output_of("base64", data=text.format(SECRET, SECRET))
        output = redact(shown)
        self.assertEqual(base64.b64decode(output).decode(),
                         text.format(LONG_MASK, LONG_MASK))

    def test_xxd_plain_is_on_one_line(self):
        shown = self.output_of("xxd", "-p", data=f"password={SECRET}; k=1")
        self.assert_redacted(shown, self.replaced(
            shown, SECRET.encode().hex(), "\n", b"cflt****".hex()))

    def test_pprint_of_bytes_is_one_literal(self):
        shown = self.output_of(sys.executable, "-c", PPRINT, SECRET)
        self.assert_redacted(shown, self.replaced(
            shown, SECRET, "'\n *b'", MASK))

    def test_rich_log_of_eighty_columns_is_unfolded(self):
        for python in pythons():
            if subprocess.run([python, "-c", "import pip._vendor.rich"],
                              stderr=subprocess.DEVNULL).returncode == 0:
                break
        else:
            self.skipTest("no pip with its copy of Rich")
        shown = self.output_of(python, "-c", RICH, SECRET)
        self.assertNotIn(SECRET, shown)
        self.assert_redacted(shown, self.replaced(shown, SECRET, " *\n *",
                                                  MASK))


class Numbers(Tools):
    def test_node_buffer_as_json_stays_json(self):
        shown = self.output_of(
            "node", "-e", "console.log(JSON.stringify({key: 1, value: "
            "Buffer.from(process.argv[1])}))", f"p={SECRET};")
        expected = self.masked_list(shown, 10, "42")
        self.assertEqual(bytes(json.loads(expected)["value"]["data"]),
                         f"p={MASK};".encode())
        self.assert_redacted(shown, expected)

    def test_jq_with_one_number_a_line_stays_json(self):
        value = {"type": "Buffer", "data": list(f"p={SECRET};".encode())}
        shown = self.output_of("jq", ".", data=json.dumps(value))
        self.assertIn("\n    99,\n    102,\n", shown)
        expected = self.masked_list(shown, 10, "42")
        self.assertEqual(bytes(json.loads(expected)["data"]),
                         f"p={MASK};".encode())
        self.assert_redacted(shown, expected)

    def test_od_in_decimal_and_hex_keeps_its_spaces(self):
        for kind, base, mask in ("u1", 10, "42"), ("x1", 16, "2a"):
            for before in range(16):
                with self.subTest(f"{kind}, {before} bytes before"):
                    shown = self.output_of("od", "-An", "-v", f"-t{kind}",
                                           data="x" * before + SECRET + ".\n")
                    self.assert_redacted(
                        shown, self.masked_list(shown, base, mask))

    def test_xxd_of_a_c_array_keeps_its_spaces(self):
        for before in range(1, 13):
            with self.subTest(before):
                shown = self.output_of("xxd", "-i",
                                       data="=" * before + SECRET + ";")
                self.assert_redacted(shown, self.masked_list(shown, 16, "2a"))

    def test_strace_with_every_byte_in_hex_is_masked(self):
        if shutil.which("strace") is None or subprocess.run(
                ["strace", "-o", "/dev/null", "true"],
                stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("no strace, or it may not trace")
        shown = self.output_of("strace", "-xx", "-s", "200", "-e",
                               "trace=write", "printf", f"p={SECRET};")
        shown = shown[:shown.index('", ')]  # without what printf printed
        self.assert_redacted(shown, self.masked_list(shown, 16, "2a"))


class Converted(Tools):
    def test_iconv_to_utf16_is_masked_in_utf16(self):
        texts = {
            f"password={SECRET}\r\n": f"password={MASK}\r\n",
            f"Basic {base64_of(f'{KEY}:{SECRET}')}\r\n":
                f"Basic {base64_of(f'{KEY}:{LONG_MASK}')}\r\n",
            f'{{"p": "{SECRET}"}}'.replace("/", "\\/"): f'{{"p": "{MASK}"}}',
            f"?p={SECRET}&k".replace("+", "%2B"): f"?p={MASK}&k",
        }
        for codec in "UTF-16", "UTF-16LE", "UTF-16BE":
            for text, masked in texts.items():
                with self.subTest(codec=codec, masked=masked):
                    shown = self.output_of("iconv", "-f", "UTF-8", "-t", codec,
                                           data=text)
                    expected = self.output_of("iconv", "-f", "UTF-8", "-t",
                                              codec, data=masked)
                    self.assert_redacted(shown, expected)


class Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Curl(Tools):
    def test_verbose_curl_shows_the_key_and_a_mask(self):
        with http.server.HTTPServer(("127.0.0.1", 0), Quiet) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                shown = self.output_of(
                    "curl", "-q", "-sv", "--noproxy", "*", "-u",
                    f"{KEY}:{SECRET}",
                    f"http://127.0.0.1:{server.server_port}/subjects")
            finally:
                server.shutdown()
                thread.join()
        self.assert_redacted(shown, self.replaced(
            shown, base64_of(f"{KEY}:{SECRET}"), "\0",
            base64_of(f"{KEY}:{LONG_MASK}")))


if __name__ == "__main__":
    unittest.main()
