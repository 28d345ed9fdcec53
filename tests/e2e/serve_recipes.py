"""The words that the tests of docs/recipes are written in.

The pages' blocks run as they are, but for ports and paths, and each block of
rsyslog and syslog-ng has a twin without the daemon: the same program writes
what it gets to files at once.
"""
import pathlib
import re

import serve_program
from serve_program import HOST, free_port, peers

RECIPES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "recipes"
BLOCK = re.compile(r"^```\w*\n(# .*)\n((?:.*\n)*?)```$", re.M)
OURS = "# cflt-redact: config.yaml"
RSYSLOG = "# /etc/rsyslog.d/10-cflt-redact.conf"
RSYSLOG_TAKES = "# /etc/rsyslog.d/10-from-cflt-redact.conf"
SYSLOG_NG = "# /etc/syslog-ng/conf.d/cflt-redact.conf"
OUT, BACK, TAKE = ":5514", ":10514", ":5170"  # as the pages say
CENTRAL = "logs.example.org:514"
# Beside the file that a page writes stands another, PATH.all, with whatever
# else rules may ask a message for.
RSYSLOG_ALL = (
    'template(name="all" type="string" string="%PRI%|%TIMESTAMP:::date-rfc3339%'
    '|%HOSTNAME%|%syslogtag%|%app-name%|%procid%|%msgid%|%structured-data%'
    '|%protocol-version%|%msg%|\\n")\n')
SYSLOG_NG_ALL = (
    'template("$PRI|$ISODATE|$HOST|$PROGRAM|$PID|$MSGID|$SDATA|'
    '${LEGACY_MSGHDR}|$MESSAGE|\\n") frac-digits(6)')


def blocks(page, first_line):
    """Those of a page whose first line is this."""
    text = (RECIPES / page).read_text()
    found = [body for line, body in BLOCK.findall(text)
             if line.startswith(first_line)]
    if not found:
        raise AssertionError(f"{page}: no block {first_line}")
    return found


def counted(messages):
    """In one stream, by octet counting: a message may hold anything."""
    return b"".join(b"%d %s" % (len(each), each) for each in messages)


class Case(serve_program.Case):
    def setUp(self):
        super().setUp()
        self.port, self.back, self.entry, self.twin_entry = (
            free_port() for _ in range(4))
        self.written = self.folder / "written"
        self.twin = self.folder / "twin"

    def adapt(self, text):
        for documented, mine in (
                (f"{HOST}{OUT}", f"{HOST}:{self.port}"),
                (f"{HOST}{BACK}", f"{HOST}:{self.back}"),
                (f"{HOST}{TAKE}", f"{HOST}:{self.back}"),
                (CENTRAL, f"{HOST}:{self.back}"),
                ('port="5514"', f'port="{self.port}"'),
                ('port="10514"', f'port="{self.back}"'),
                ('port="5170"', f'port="{self.back}"'),
                ("port(5514)", f"port({self.port})"),
                ("port(10514)", f"port({self.back})"),
                ("/var/log/syslog", str(self.written)),
                ("/var/log/apps.log", str(self.written))):
            text = text.replace(documented, mine)
        return text

    def serve_page(self, page, number=0, **options):
        return self.serve(self.adapt(blocks(page, OURS)[number]), **options)

    def rsyslog(self, block=RSYSLOG):
        """As the page says, and an input at `entry`."""
        return self.start_rsyslog(
            self.adapt(blocks("rsyslog.md", block)[0]), self.entry, self.back)

    def rsyslog_alone(self, more=""):
        return self.start_rsyslog(
            f'global(maxMessageSize="64k")\nmodule(load="imptcp")\n{more}\n'
            f'action(type="omfile" file="{self.twin}")', self.twin_entry)

    def start_rsyslog(self, text, entry, *listens):
        text = re.sub(r'(action\(type="omfile" file="(.*?)")\)',
                      r'\1) \1 template="all")', text)
        text = re.sub(r'" template="all"', '.all" template="all"', text)
        text = (f'global(workDirectory="{{folder}}")\n{RSYSLOG_ALL}'
                f'input(type="imptcp" address="{HOST}" port="{entry}")\n{text}')
        first, at, rest = text.partition('module(load="imptcp")')
        return self.start(peers.Peer(
            "rsyslogd", [peers.tcp(port) for port in (entry, *listens)],
            {"rsyslog.conf": at + "\n" + first + rest},
            "-n", "-i", "{folder}/pid", "-f", "{folder}/rsyslog.conf",
            "-M", str(peers.LIBRARIES / "rsyslog")))

    def syslog_ng(self):
        return self.start_syslog_ng(
            self.adapt(blocks("syslog-ng.md", SYSLOG_NG)[0]), self.entry,
            self.back)

    def syslog_ng_alone(self):
        return self.start_syslog_ng(
            f'destination d_clean {{ file("{self.twin}"); }};\n'
            "log { source(s_src); destination(d_clean); };", self.twin_entry)

    def start_syslog_ng(self, text, entry, *listens):
        text = re.sub(r'file\("(.*?)"\);',
                      lambda at: f'{at[0]} file("{at[1]}.all" '
                      f'{SYSLOG_NG_ALL});', text)
        text = (f'@version: 3.38\nsource s_src {{ syslog(ip("{HOST}") '
                f'port({entry}) transport("tcp") keep-hostname(yes)); }};\n'
                + text)
        return self.start(peers.Peer(
            "syslog-ng", [peers.tcp(port) for port in (entry, *listens)],
            {"syslog-ng.conf": text}, "-F", "--no-caps",
            "-f", "{folder}/syslog-ng.conf", "-R", "{folder}/persist",
            "-c", "{folder}/control", "-p", "{folder}/pid",
            f"--module-path={peers.SYSLOG_NG_LIBRARIES / '3.38'}"))
