"""Ordinary data without a secret, some MB of it, of the kinds in which a finder
of encoded secrets could see one: all but what `openssl` makes from one seed.

What Debian's tools write is written by them where they are installed.
"""
import base64
import json
import random
import shutil
import subprocess
import uuid

SEED = 20250730
TOOL_SECONDS = 60
LETTERS = ("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
           "abcdefghijklmnopqrstuvwxyz0123456789")
PROGRAMS = ("sshd", "kernel", "cron", "cflt-redact", "systemd", "nginx")
WORDS = ("session", "opened", "for", "user", "cflt", "closed", "by", "(uid=0)",
         "connection", "from", "10.0.3.17", "port", "51234", "error", "cflt_",
         "code=0x63666c74", "timeout", "accepted", "retries=99,102,108,116")
NAMES = ("a", "b", "cflt", "e", "t", "n", "this", "r", "window", "i", "o")


def ordinary(size=1 << 18, seed=SEED):
    """Names and bytes of each corpus; `size` is of most of them, roughly."""
    rng = random.Random(seed)
    data = rng.randbytes(size * 3 // 4)
    for width in 60, 64, 76:
        yield f"base64, {width} columns", wrapped(data, width)
    yield "base64, CRLF", wrapped(data, 64, b"\r\n")
    yield "base64, one line", base64.b64encode(data)
    yield "certificates", b"".join(certificates(rng, size))
    yield from dumps(data[:size // 4])
    yield from number_lists(data[:size // 4])
    text = syslog(rng, size)
    yield "syslog", text
    yield "UTF-16, little-endian", b"\xff\xfe" + text.decode().encode(
        "utf-16-le")
    yield "UTF-16, big-endian", text.decode().encode("utf-16-be")
    yield "JavaScript", script(rng, size)
    yield "UUIDs", b"".join(b"%s\n" % str(uuid.UUID(
        int=rng.getrandbits(128), version=4)).encode()
        for _ in range(size // 37))
    yield "git objects", b"".join(objects(rng, size))
    yield "JSON with hashes", b"".join(hashes(rng, size))

def wrapped(data, width, end=b"\n"):
    text = base64.b64encode(data)
    return b"".join(text[at:at + width] + end
                    for at in range(0, len(text), width))


def certificates(rng, size):
    """What looks like PEM; and a real one, where openssl is installed."""
    real = output_of("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "-",
                     "-subj", "/CN=cflt.example.com")
    if real:
        yield real
    for _ in range(size // 1600):
        yield (b"-----BEGIN CERTIFICATE-----\n"
               + wrapped(b"\x30\x82\x04" + rng.randbytes(1150), 64)
               + b"-----END CERTIFICATE-----\n")


def dumps(data):
    for name, *command in (
            ("xxd", "xxd"), ("xxd -p", "xxd", "-p"),
            ("xxd -i", "xxd", "-i"), ("hexdump -C", "hexdump", "-C"),
            ("hexdump", "hexdump"), ("od", "od"),
            ("od -tx1", "od", "-An", "-tx1"), ("od -tu1", "od", "-tu1")):
        shown = output_of(*command, data=data)
        if shown:
            yield name, shown
    yield "hex, one line", data.hex().encode()
    yield "hex with spaces", data.hex(" ").upper().encode()


def number_lists(data):
    yield "JSON, one line", json.dumps(list(data)).encode()
    yield "JSON, one number a line", json.dumps(
        {"type": "Buffer", "data": list(data)}, indent=2).encode()
    yield "numbers, one a line", b"".join(b"%d\n" % byte for byte in data)
    yield "numbers with spaces", " ".join(map(str, data)).encode()
    rows = (data[at:at + 12] for at in range(0, len(data), 12))
    yield "C array", b"unsigned char a[] = {\n%s};\n" % b"".join(
        b"  " + b"".join(b"0x%02x, " % byte for byte in row).rstrip() + b"\n"
        for row in rows)


def syslog(rng, size):
    lines = []
    for _ in range(size // 80):
        words = " ".join(rng.choices(WORDS, k=rng.randint(3, 12)))
        lines.append(f"<{rng.randint(0, 191)}>Oct  9 08:{rng.randint(10, 59)}"
                     f":{rng.randint(10, 59)} host-{rng.randint(1, 9)} "
                     f"{rng.choice(PROGRAMS)}[{rng.randint(1, 65535)}]: "
                     f"{words}\n")
    return "".join(lines).encode()


def script(rng, size):
    pieces = []
    for _ in range(size // 40):
        one, other = rng.choices(NAMES, k=2)
        pieces.append(rng.choice((
            f"function {one}({other}){{return {other}.{one}/2+1}}",
            f"var {one}=[99,102,108,116,{rng.randint(0, 999)}];",
            f"{one}={other}?\"\\x63\\x66\\x6c\\x74\":'\\u0063{one}';",
            f"/{one}\\/{other}+[^/]/.test({one})&&{other}(0x63,0x66);")))
    return "".join(pieces).encode()


def objects(rng, size):
    for _ in range(size // 60):
        yield (f"100644 blob {rng.getrandbits(160):040x}\t"
               f"src/cflt/{rng.getrandbits(16):x}.cc\n").encode()


def hashes(rng, size):
    for _ in range(size // 250):
        signature = base64.urlsafe_b64encode(rng.randbytes(32)).decode()
        yield json.dumps({
            "etag": f"{rng.getrandbits(128):032x}", "jti": str(uuid.UUID(
                int=rng.getrandbits(128), version=4)),
            "sha256": base64.b64encode(rng.randbytes(32)).decode(),
            "token": f"eyJhbGciOiJFUzI1NiJ9.e30.{signature}",
        }).encode() + b"\n"


def near_misses(size=1 << 18, seed=SEED):
    """Our four letters in front of what is too short or has no checksum."""
    rng = random.Random(seed)
    texts = []
    for _ in range(size // 400):
        length = rng.choice((*range(51), *range(64, 90)))
        texts.append(b"cflt" + "".join(
            rng.choices(LETTERS, k=length)).encode() + b".")
    yield "words with cflt", b"\n".join(texts)
    yield "base64 of them", b"\n".join(map(base64.b64encode, texts))
    yield "hex of them", b"\n".join(text.hex().encode() for text in texts)
    yield "UTF-16 of them", b"\n".join(texts).decode().encode("utf-16-le")
    yield "numbers of them", b"\n".join(
        json.dumps(list(text)).encode() for text in texts)
    yield "0x of them", b"\n".join(
        ", ".join(f"0x{byte:02x}" for byte in text).encode()
        for text in texts)


def output_of(*command, data=b""):
    """What a program writes; nothing where it is not installed."""
    if shutil.which(command[0]) is None:
        return b""
    return subprocess.run(command, input=data, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          timeout=TOOL_SECONDS).stdout
