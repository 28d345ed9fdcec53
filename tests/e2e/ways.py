"""Every way to write a secret, by the libraries and tools that do it."""
import base64
import json
import os
import re
import subprocess
import urllib.parse
from xml.sax import saxutils

COLORS = re.compile(rb"\x1b\[[0-9;:]*[mK]")


def url_safe(secret):
    return base64.urlsafe_b64encode(base64.b64decode(secret))


def json_slashes(text):
    """A JSON string, without quotes, as PHP and some of Java write it."""
    return json.dumps(text)[1:-1].replace("/", "\\/")


def js_escapes(text):
    """As Go, .NET and JavaScript write what HTML could trip over."""
    return json.dumps(text)[1:-1].replace("+", "\\u002b").replace("/", "\\x2F")


def html_numbers(text):
    return saxutils.escape(text, {"+": "&#43;", "/": "&#x2F;"})


def percent(text):
    return urllib.parse.quote(text, safe="")


def form_decoded(text):
    """One decoding too many: every + is a space."""
    return urllib.parse.unquote_plus(text)


def grep_colors(pattern, text):
    """What grep shows of a line."""
    plain = {name: value for name, value in os.environ.items()
             if not name.startswith("GREP_")}
    return subprocess.run(["grep", "--color=always", "-E", pattern],
                          input=text.encode() + b"\n", check=True,
                          stdout=subprocess.PIPE, timeout=60,
                          env={**plain, "LC_ALL": "C"}).stdout


def base64_escaped(secret):
    """Base64 has a + or / only where the emoji shares a symbol."""
    return percent(base64.b64encode((secret + "\U0001f511").encode()).decode())


def wrapped(text):
    """A line that is too long for somebody, as JSON writes its end."""
    return json.dumps(f"{text[:40]}\n{text[40:]}")[1:-1]


def numbers(text):
    """As Python prints a list of bytes, Java an array."""
    return str(list(text.encode()))[1:-1]


WAYS = {
    "plain": str.encode,
    "urlsafe": url_safe,
    "form": lambda secret: form_decoded(secret).encode(),
    "json": lambda secret: json_slashes(secret).encode(),
    "unicode": lambda secret: js_escapes(secret).encode(),
    "percent": lambda secret: percent(secret).encode(),
    "html": lambda secret: html_numbers(secret).encode(),
    "color": lambda secret: grep_colors("cflt", secret).rstrip(b"\n"),
    "wrapped": lambda secret: wrapped(secret).encode(),
    "base64": lambda secret: base64.b64encode(secret.encode()),
    "base64-escaped": lambda secret: base64_escaped(secret).encode(),
    "hex": lambda secret: secret.encode().hex().encode(),
    "numbers": lambda secret: numbers(secret).encode(),
    "utf16": lambda secret: secret.encode("utf-16-le"),
}
