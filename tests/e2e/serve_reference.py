"""docs/records.md once more, for plain secrets, in the plainest Python."""
import base64
import bisect
import re
import zlib

SHAPE = re.compile(rb"cflt([A-Za-z0-9+/]{54})([A-Za-z0-9+/]{6})")
ANCHOR = re.compile(b"cflt")
COUNT = re.compile(rb"([1-9][0-9]{0,8}) ")
AUTO = re.compile(rb"[1-9][0-9]{0,8} <")
MASK = b"cflt****"
UDP_BYTES = 65507
TERMINATORS = {"newline": b"\n", "nul": b"\0"}


def is_secret(match):
    crc = zlib.crc32(match[1]).to_bytes(4, "little")
    return base64.b64encode(crc)[:6] == match[2]


def candidates(data):
    """Matches that are secrets, and those that are not, in order."""
    end = 0  # of the secret before
    for at in ANCHOR.finditer(data):
        match = at.start() >= end and SHAPE.match(data, at.start())
        if match:
            end = match.end() if is_secret(match) else end
            yield match


def secrets(data):
    return [match for match in candidates(data) if is_secret(match)]


def rejected(data):
    """A checksum of 32 bits ends with one of four symbols (language.md, 4)."""
    return [match for match in candidates(data)
            if not is_secret(match) and match[2][-1:] in b"AQgw"]


def redact(data):
    kept, at = [], 0
    for match in secrets(data):
        kept.append(data[at:match.start()])
        at = match.end()
    return MASK.join([*kept, data[at:]])


def mask_starts(record):
    """Where the masks of redact(record) begin."""
    shrunk = 0
    for match in secrets(record):
        yield match.start() - shrunk
        shrunk += len(match[0]) - len(MASK)


def pieces(record, max_length=1 << 20, too_long="split"):
    """What a record becomes: itself redacted, or what that is cut into."""
    masks, redacted = list(mask_starts(record)), redact(record)
    found, at = [], 0
    while len(redacted) - at > max_length:
        end = at + max_length
        before = bisect.bisect_left(masks, end) - 1
        if before >= 0 and end < masks[before] + len(MASK):
            end = masks[before]
        found.append(redacted[at:end])
        at = end
    found.append(redacted[at:])
    return found[:1] if too_long == "truncate" else found


def unframe(framing, data, is_syslog=False):
    """The records of a connection that sends proper frames, or of one
    datagram. Of a syslog source empty ones are skipped."""
    if framing == "auto":
        framing = "octet_counting" if AUTO.match(data) else "newline"
    if framing == "datagram":
        records = [without_terminator(data)]
    elif framing == "octet_counting":
        records = list(unframe_counts(data))
    else:
        if is_syslog and framing == "newline":  # ends at NUL, too
            data = data.replace(b"\0", b"\n")
        records = data.split(TERMINATORS[framing])
        records = records if records[-1] else records[:-1]
    return [each for each in records if each or not is_syslog]


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
