"""docs/records.md once more, for plain secrets, in the plainest Python."""
import base64
import re
import zlib

SHAPE = re.compile(rb"cflt([A-Za-z0-9+/]{54})([A-Za-z0-9+/]{6})")
COUNT = re.compile(rb"([1-9][0-9]{0,8}) ")
AUTO = re.compile(rb"[1-9][0-9]{0,8} <")
MASK = b"cflt****"
UDP_BYTES = 65507
TERMINATORS = {"newline": b"\n", "nul": b"\0"}


def is_secret(match):
    crc = zlib.crc32(match[1]).to_bytes(4, "little")
    return base64.b64encode(crc)[:6] == match[2]


def raw_secrets(data):
    """Where plain secrets stand."""
    found = re.finditer(rb"(?=" + SHAPE.pattern + rb")", data)
    return [match.start() for match in found if is_secret(match)]


def parts(record):
    """A redacted record: masks, and all other bytes one by one."""
    at = 0
    while at < len(record):
        match = SHAPE.match(record, at)
        if match and is_secret(match):
            yield MASK
            at = match.end()
        else:
            yield record[at:at + 1]
            at += 1


def redact(data):
    return SHAPE.sub(lambda m: MASK if is_secret(m) else m[0], data)


def pieces(record, max_length=1 << 20, too_long="split"):
    """What a record becomes: itself, or what it is cut into."""
    if len(redact(record)) <= max_length:
        return [redact(record)]
    cut, now = [], b""
    for part in parts(record):
        if len(now) + len(part) > max_length:
            cut.append(now)
            now = b""
        now += part
    cut.append(now)
    return cut[:1] if too_long == "truncate" else cut


def unframe(framing, data):
    """The records of a connection, or of one datagram."""
    if framing == "auto":
        framing = "octet_counting" if AUTO.match(data) else "newline"
    if framing == "datagram":
        return [without_terminator(data)]
    if framing == "octet_counting":
        return list(unframe_counts(data))
    records = data.split(TERMINATORS[framing])
    return records if records[-1] else records[:-1]


def unframe_counts(data):
    at = 0
    while match := COUNT.match(data, at):
        end = match.end() + int(match[1])
        payload = data[match.end():end]
        if end <= len(data):
            yield without_terminator(payload)
        elif payload:
            yield payload
        at = end


def without_terminator(payload):
    return payload[:-1] if payload[-1:] in (b"\n", b"\0") else payload


def frames(framing, record, embedded="escape"):
    """What a sink writes for a redacted record."""
    if framing == "octet_counting":
        return [b"%d %s" % (len(record), record)] if record else []
    if framing == "udp":
        return [record[:UDP_BYTES]]
    if framing == "unixgram":
        return [record]
    end = TERMINATORS[framing]
    if embedded == "escape":
        record = record.replace(end, b"#%03o" % end[0])
    if embedded == "split":
        return [part + end for part in record.split(end)]
    return [record + end]
