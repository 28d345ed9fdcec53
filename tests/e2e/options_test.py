"""Help, man page and completions name the same verbs and options.

Each completion is asked in its own shell.
"""
import pathlib
import re
import subprocess
import unittest

import program
from program import HANG_SECONDS, run

PAGE = (pathlib.Path(__file__).resolve().parents[2] / "docs" /
        "cflt-redact.1.scd")
COMMON = {"-h", "--help", "--version"}  # a paragraph of the page is for all
OPTION = r"--?[a-z][a-z-]*"

BASH = """
source "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_cflt_redact
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = "source $argv[1]; complete -C $argv[2]"
# What _arguments is told, instead of a menu.
ZSH_SPECS = """
compdef() { }
source "$1" || exit
_arguments() { print -rl -- "$@" }
_describe() { print -rl -- "${(@P)4}" }
words=("${@:2}") CURRENT=$(($# - 1))
_cflt_redact
"""
# A real zsh on a terminal, and its Tab key; the script in a folder of $fpath.
ZSH_TAB = """
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "fpath=($1 \\$fpath); autoload -U compinit && compinit -D -u"
zpty -w z 'cflt-redact() { print -r "GOT:$*:" }; print READY""NOW'
zpty -r -m z seen '*READYNOW*'
zpty -n -w z "$2"$'\\t\\n'
zpty -r -m z seen '*GOT:*:*'
zpty -d z
print -r -- ${${seen#*GOT:}%%:*}
"""


def shell(*command):
    done = subprocess.run(command, capture_output=True, text=True,
                          timeout=HANG_SECONDS, stdin=subprocess.DEVNULL)
    if done.stderr:
        raise AssertionError(f"{command[0]}: {done.stderr}")
    return done.stdout


def options_of_help(verb):
    text = re.sub(r"\{[^}]*\}", "", run(verb, "--help").stdout.decode())
    return {name for names in re.findall(rf"^  ({OPTION}(?:, {OPTION})*)",
                                         text, re.MULTILINE)
            for name in names.split(", ")}


def options_of_page():
    """The options of each section of the page, and those of all verbs."""
    parts = re.split(r"^# (.+)\n", PAGE.read_text(), flags=re.MULTILINE)
    return {name.lower(): {option for line in
                           re.findall(r"^\*-.*$", body, re.MULTILINE)
                           for option in re.findall(rf"\*({OPTION})\*", line)}
            for name, body in zip(parts[1::2], parts[2::2])}


class Options(program.Case):
    def setUp(self):
        super().setUp()
        self.scripts = {name: str(self.file(name, run("completion",
                                                      name).stdout))
                        for name in ("bash", "zsh", "fish")}
        self.verbs = re.findall(r"__cflt_redact_first -a (\S+)",
                                pathlib.Path(self.scripts["fish"]).read_text())

    def bash(self, *words):
        return shell("bash", "-c", BASH, "bash", self.scripts["bash"],
                     "cflt-redact", *words).split()

    def fish(self, *words):
        lines = shell("fish", "--no-config", "-c", FISH, self.scripts["fish"],
                      " ".join(["cflt-redact", *words]))
        return [line.split("\t")[0] for line in lines.split("\n")[:-1]]

    def zsh(self, *words):
        return shell("zsh", "-f", "-c", ZSH_SPECS, "zsh", self.scripts["zsh"],
                     "cflt-redact", *words).split("\n")[:-1]

    def zsh_options(self, verb):
        specs = re.findall(rf"^(?:\([^)]*\)|\*)({OPTION})[=+-]*\[",
                           "\n".join(self.zsh(verb, "-")), re.MULTILINE)
        return set(specs)

    def fish_options(self, verb):
        """Those with one dash, with two, and not those that end in `=`."""
        offered = self.fish(verb, "-") + self.fish(verb, "--")
        return {each for each in offered if re.fullmatch(OPTION, each)}

    def assert_names(self, place, names, expected):
        missing, extra = expected - names, names - expected
        self.assertFalse(missing, f"{place} lacks what --help has")
        self.assertFalse(extra, f"{place} has what --help lacks")

    def test_every_option_of_help_is_everywhere_and_no_other(self):
        page = options_of_page()
        self.assertEqual(page["description"], COMMON)
        for verb in self.verbs:
            options = options_of_help(verb)
            self.assertLessEqual(COMMON, options)
            places = {
                f"man page, section {verb.upper()},":
                    page.get(verb, set()) | COMMON,
                f"bash, {verb},": set(self.bash(verb, "-")),
                f"zsh, {verb},": self.zsh_options(verb),
                f"fish, {verb},": self.fish_options(verb),
            }
            for place, names in places.items():
                self.assert_names(place, names, options)

    def test_every_verb_is_offered_accepted_and_has_its_section(self):
        self.assertGreaterEqual(len(self.verbs), 6)
        page = options_of_page()
        zsh = [line.split(":")[0] for line in self.zsh("")]
        for verb in self.verbs:
            self.assertEqual(run(verb, "--help").returncode, 0, verb)
            self.assertIn(verb, self.bash(verb[:-1]))
            self.assertIn(verb, self.fish(verb[:-1]))
            self.assertIn(verb, zsh)
            self.assertIn(verb, page, "the man page lacks a section")
            self.assertIn(verb, run("--help").stdout.decode())

    def test_options_before_a_verb_are_those_of_the_filter(self):
        self.assertEqual(self.bash("--"), self.bash("filter", "--"))
        self.assertEqual(self.fish("--"), self.fish("filter", "--"))
        self.assertIn("--check", self.bash("--"))

    def test_values_are_offered_where_they_are_words(self):
        for words, offered in (
                (["--mismatch", ""], ["pass", "redact"]),
                (["serve", "--truncated", ""], ["mask", "pass"]),
                (["canary", "--form", "he"], ["hex"]),
                (["completion", ""], ["bash", "fish", "zsh"])):
            self.assertEqual(sorted(self.bash(*words)), offered)
            self.assertEqual(sorted(self.fish(*words)), offered)
        self.assertEqual(self.bash("--stats", "=", "j"), ["json"])
        self.assertEqual(sorted(self.bash("--mask", "=", "")),
                         ["same-length", "short"])
        self.assertEqual(self.fish("--stats=j"), ["--stats=json"])
        specs = self.zsh("filter", "-")
        self.assertIn("(pass redact)", "\n".join(specs))

    def test_files_are_offered_where_they_are_taken(self):
        path = str(self.file("app.log", ""))
        start = path[:-3]
        for words in (["-o"], ["--output"], [], ["serve", "-c"]):
            self.assertEqual(self.bash(*words, start), [path], words)
            self.assertEqual(self.fish(*words, start), [path], words)
        self.assertEqual(self.bash("serve", start), [])
        self.assertEqual(self.fish("serve", start), [])

    def test_zsh_completes_on_a_terminal(self):
        self.file("_cflt-redact", run("completion", "zsh").stdout)
        for typed, completed in (("cana", "canary"),
                                 ("canary --see", "canary --seed"),
                                 ("canary --form utf", "canary --form utf16"),
                                 ("--mism", "--mismatch")):
            done = shell("zsh", "-f", "-c", ZSH_TAB, "zsh", str(self.folder),
                         f"cflt-redact {typed}")
            self.assertEqual(done, completed + "\n")

    def test_unknown_shell_is_refused(self):
        for args, why in (([], b"takes bash, zsh or fish"),
                          (["ksh"], b"ksh is not bash, zsh or fish")):
            done = run("completion", *args)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertIn(why, done.stderr)


if __name__ == "__main__":
    unittest.main()
