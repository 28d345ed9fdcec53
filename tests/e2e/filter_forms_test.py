"""Secrets as real libraries write them: none is left, and whoever reads the
text behind the filter reads `cflt****` in their place.
"""
import ast
import base64
import html
import json
import unittest
import urllib.parse

import program
import ways
from program import KEY, MASK, leaks, redact, secret, wrong

SAMPLE = "cfltT8d8RzkNseTMEDKcjNM1BZTFPHqRn/dQm9q7w6SjzZ12wZfwjaJdipHZtDjw"
LONG_MASK = "cflt******"  # what base64 reads, to keep its alignment


def jaas(password):
    return ("sasl.jaas.config = org.apache.kafka.common.security.plain."
            f'PlainLoginModule required username="{KEY}" '
            f'password="{password}";')


class Forms(program.Case):
    def redacted(self, data, *secrets):
        """The output; no secret is in it, and it is not changed again."""
        output = redact(data)
        self.assertNotEqual(output, data)
        self.assertEqual(leaks(output, *secrets), [])
        self.assertEqual(redact(output), output)
        return output

    def assert_masked(self, line, fill_in=MASK):
        """`line` makes a line of a secret; the mask comes in its place."""
        one = secret(1)
        self.assertNotEqual(leaks(line(one), one), [])
        self.assertEqual(self.redacted(line(one), one), line(fill_in))


class InText(Forms):
    def test_documented_sample_is_masked_exactly(self):
        self.assertEqual(self.redacted(f'password="{SAMPLE}"', SAMPLE),
                         'password="cflt****"')

    def test_every_way_of_writing_is_masked(self):
        for form, write in ways.WAYS.items():
            with self.subTest(form):
                written = write(secret(2))
                self.assertNotEqual(leaks(written, secret(2)), [])
                output = self.redacted(b"k=" + written + b"\n", secret(2))
                self.assertRegex(output, rb"(?s)\Ak=.+\n\Z")

    def test_key_and_value_is_masked(self):
        for before in ("password=", "k: ", "\\n", "\\u003d", "_", "Z", "%3A",
                       "\x1b[31m", ""):
            with self.subTest(before):
                self.assert_masked(lambda s: f"{before}{s}\r\n")

    def test_jaas_line_is_masked(self):
        self.assert_masked(jaas)

    def test_java_map_dump_is_masked(self):
        self.assert_masked(lambda s: "INFO options {bootstrap=b:9092, user="
                           f"{KEY}, password={s}, retries=3}}")

    def test_url_with_percent_in_userinfo_stays_a_url(self):
        one = secret(3)
        url = f"https://{KEY}:{ways.percent(one)}@broker.example.com:443/a?b=c"
        parts = urllib.parse.urlsplit(self.redacted(url, one))
        self.assertEqual((parts.username, parts.password), (KEY, MASK))
        self.assertEqual((parts.hostname, parts.port, parts.query),
                         ("broker.example.com", 443, "b=c"))

    def test_query_quoted_once_or_twice_stays_a_query(self):
        one = secret(4)
        for value in one, ways.percent(one):
            query = urllib.parse.urlencode({"key": KEY, "secret": value})
            output = self.redacted(query, one)
            self.assertEqual(urllib.parse.parse_qs(output),
                             {"key": [KEY], "secret": [MASK]})
        lower = ways.percent(one).replace("%2F", "%2f").replace("%2B", "%2b")
        self.assertEqual(self.redacted(f"?s={lower}&t", one), f"?s={MASK}&t")

    def test_form_decoded_secret_with_spaces_is_masked(self):
        self.assertIn(" ", ways.form_decoded(secret(1)))
        self.assert_masked(lambda s: f"secret={ways.form_decoded(s)}&next=1")

    def test_urlsafe_copy_is_masked(self):
        one = secret(5)
        copy = ways.url_safe(one).decode()
        self.assertEqual(self.redacted(f"<{copy}>", one), f"<{MASK}>")

    def test_html_numbers_read_as_the_mask(self):
        one = secret(6)
        for written in (ways.html_numbers(one),
                        one.replace("+", "&#x2b;").replace("/", "&#47;")):
            self.assertEqual(html.unescape(written), one)
            output = self.redacted(f"<b>{written}</b>", one)
            self.assertEqual(html.unescape(output), f"<b>{MASK}</b>")

    def test_python_literals_read_as_the_mask(self):
        one = secret(7)
        escaped = one.replace("+", "\\x2b").replace("/", "\\x2F")
        for literal in repr({"k": one}), repr(f"\t{one}"), f"b'{escaped}'":
            self.assertIn(one, str(ast.literal_eval(literal)))
            value = ast.literal_eval(self.redacted(literal, one))
            self.assertIn(MASK, str(value))

    def test_grep_colors_inside_are_kept_in_order(self):
        one = secret(8)
        for pattern in "cflt", "[0-4]", "[A-Z]+", one[4:20].replace("+", "."):
            shown = ways.grep_colors(pattern, f"id 1234: {one} Ab 3")
            output = self.redacted(shown, one)
            self.assertEqual(ways.COLORS.sub(b"", output),
                             f"id 1234: {MASK} Ab 3\n".encode())
            self.assertEqual(ways.COLORS.findall(output),
                             ways.COLORS.findall(shown))

    def test_secrets_side_by_side_are_all_masked(self):
        output = self.redacted(secret(1) + secret(2) + "," + secret(3),
                               secret(1), secret(2), secret(3))
        self.assertEqual(output, f"{MASK}{MASK},{MASK}")

    def test_wrong_checksum_is_left_alone(self):
        for form, write in ways.WAYS.items():
            with self.subTest(form):
                line = b"id=" + write(wrong(9)) + b"\n"
                self.assertEqual(redact(line), line)

    def test_cut_behind_the_body_is_masked(self):
        for length in range(58, 64):
            with self.subTest(length):
                cut = secret(10)[:length]
                self.assertEqual(self.redacted(f"{cut}...\n", secret(10)),
                                 f"{MASK}...\n")


class InJson(Forms):
    def test_json_stays_json(self):
        one = secret(20)
        plain = json.dumps({"s": one, "n": 1})
        for text in plain, plain.replace("/", "\\/"):
            self.assertEqual(json.loads(text), {"s": one, "n": 1})
            self.assertEqual(json.loads(self.redacted(text, one)),
                             {"s": MASK, "n": 1})

    def test_json_in_json_stays_json_at_every_depth(self):
        text = f'{{"s":"{ways.json_slashes(secret(21))}"}}'
        for depth in range(1, 4):
            text = json.dumps({"s": text}).replace("/", "\\/")
            value = json.loads(self.redacted(text, secret(21)))
            for _ in range(depth):
                value = json.loads(value["s"])
            self.assertEqual(value, {"s": MASK})

    def test_escapes_of_go_and_dotnet_stay_json(self):
        one = secret(22)
        for plus, slash in ("\\u002b", "\\u002F"), ("\\u002B", "\\u002f"):
            text = json.dumps([one]).replace("+", plus).replace("/", slash)
            self.assertEqual(json.loads(text), [one])
            self.assertEqual(json.loads(self.redacted(text, one)), [MASK])

    def test_jaas_line_in_a_json_log_stays_json(self):
        event = {"level": "INFO", "message": jaas(secret(23))}
        output = self.redacted(json.dumps(event), secret(23))
        self.assertEqual(json.loads(output)["message"], jaas(MASK))

    def test_base64_with_escaped_slash_in_json_decodes(self):
        one = secret(24)
        encoded = base64.b64encode((one + "\U0001f511").encode()).decode()
        self.assertIn("/", encoded)
        text = json.dumps({"data": encoded}).replace("/", "\\/")
        data = json.loads(self.redacted(text, one))["data"]
        self.assertEqual(base64.b64decode(data).decode(),
                         LONG_MASK + "\U0001f511")


class InBytes(Forms):
    def test_base64_decodes_to_the_mask_at_every_offset(self):
        one = secret(30)
        for encode, decode in (
                (base64.b64encode, base64.b64decode),
                (base64.urlsafe_b64encode, base64.urlsafe_b64decode)):
            for before in "", "k", "k:", '{"s":"', "\u00fc\u00ff", "\u00ff?":
                for after in "", '"', '"}', "\u00ff\u00ff\n", "\U0001f511":
                    text = encode(f"{before}{one}{after}".encode())
                    output = self.redacted(b"x: " + text + b"\n", one)
                    self.assertEqual(decode(output[3:]).decode(),
                                     f"{before}{LONG_MASK}{after}")

    def test_kubernetes_secret_decodes_to_the_mask(self):
        one = secret(31)
        manifest = ("apiVersion: v1\nkind: Secret\ndata:\n  key: {}\n"
                    "  secret: {}\n")
        key, value = (base64.b64encode(text.encode()).decode()
                      for text in (KEY, one))
        output = self.redacted(manifest.format(key, value), one)
        shown = output.rsplit(" ", 1)[1]
        self.assertEqual(output, manifest.format(key, shown.strip()))
        self.assertEqual(base64.b64decode(shown).decode(), LONG_MASK)

    def test_basic_authorization_decodes_to_the_mask(self):
        one = secret(32)
        credentials = base64.b64encode(f"{KEY}:{one}".encode()).decode()
        self.assertEqual(len(credentials), 108)
        header = f"Authorization: Basic {credentials}\r\n"
        output = self.redacted(header, one)
        self.assertTrue(output.startswith(header[:43]))
        self.assertEqual(base64.b64decode(output.split()[2]).decode(),
                         f"{KEY}:{LONG_MASK}")

    def test_utf16_of_both_byte_orders_decodes_to_the_mask(self):
        one = secret(33)
        for codec in "utf-16-le", "utf-16-be", "utf-16":
            with self.subTest(codec):
                wide = f'\u00fc "{one}" \u20ac'.encode(codec)
                self.assertEqual(self.redacted(wide, one).decode(codec),
                                 f'\u00fc "{MASK}" \u20ac')

    def test_hex_of_either_case_decodes_to_the_mask(self):
        one = secret(34)
        digits = f"a {one} z".encode().hex()
        for text in digits, digits.upper():
            output = self.redacted(text, one)
            self.assertEqual(bytes.fromhex(output).decode(), f"a {MASK} z")
            self.assertEqual(output.islower(), text.islower())

    def test_secret_between_invalid_bytes_is_masked(self):
        noise = bytes(range(256)) * 3
        one = secret(35)
        self.assertEqual(self.redacted(noise + one.encode() + noise[::-1], one),
                         noise + MASK.encode() + noise[::-1])


if __name__ == "__main__":
    unittest.main()
