"""FILEs are one stream; what cannot be read is told by name, and no input is
lost to its own output.
"""
import contextlib
import gzip
import os
import random
import re
import subprocess
import unittest

import program
from program import (MASK, Running, Terminal, leaks, run, run_shell, secret,
                     wait_until)

MISSING = "No such file or directory"


def complaint(name, reason):
    return f"cflt-redact: {name}: {reason}\n".encode()


class OneStream(program.Case):
    def test_secret_across_two_files_is_masked(self):
        whole = secret(80)
        for cut in range(1, 64):
            first = self.file("first", "k=" + whole[:cut])
            second = self.file("second", whole[cut:] + ";\n")
            done = run(str(first), str(second))
            self.assertEqual(done.stdout, f"k={MASK};\n".encode())

    def test_secret_across_many_small_files_is_masked(self):
        paths = [str(self.file(f"{at:02}", symbol))
                 for at, symbol in enumerate(secret(81))]
        self.assertEqual(run(*paths).stdout, MASK.encode())

    def test_files_come_in_their_order_byte_for_byte(self):
        contents = [b"no newline", b"", b"\r\n\0\xff", b"x" * 300_000, b"\n"]
        paths = [str(self.file(str(at), content))
                 for at, content in enumerate(contents)]
        self.assert_same(run(*paths).stdout, b"".join(contents))
        self.assert_same(run(*paths[::-1]).stdout, b"".join(contents[::-1]))

    def test_dash_is_stdin_among_files(self):
        whole = secret(82)
        head = self.file("head", whole[:20])
        tail = self.file("tail", whole[50:])
        done = run(str(head), "-", str(tail), data=whole[20:50])
        self.assertEqual(done.stdout, MASK.encode())

    def test_file_named_twice_is_read_twice(self):
        path = str(self.file("a", f"{secret(83)},"))
        self.assertEqual(run(path, path).stdout, f"{MASK},{MASK},".encode())

    def test_fifo_is_a_file(self):
        os.mkfifo(self.folder / "fifo")
        done = run_shell('echo "$2" > "$1" & "$0" "$1"; wait',
                         str(self.folder / "fifo"), secret(84))
        self.assertEqual((done.stdout, done.stderr), (b"cflt****\n", b""))


class OutputFile(program.Case):
    def setUp(self):
        super().setUp()
        self.text = f"first\nk={secret(85)}\n"
        self.masked = f"first\nk={MASK}\n"
        self.input = self.file("in.log", self.text)
        self.output = self.folder / "out.log"

    def assert_refused(self, done, name):
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(done.stderr, complaint(
            name, "is also the output; nothing was written"))
        self.assertEqual(self.input.read_text(), self.text)

    def test_output_file_is_made_and_stdout_stays_empty(self):
        done = run("-o", str(self.output), str(self.input))
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, b"", b""))
        self.assertEqual(self.output.read_text(), self.masked)
        self.assertEqual(self.input.read_text(), self.text)

    def test_old_content_of_the_output_file_is_gone(self):
        self.output.write_text("old and longer\n" * 99)
        for option in ["-o", str(self.output)], [f"--output={self.output}"]:
            self.assertEqual(run(*option, data="new").returncode, 0)
            self.assertEqual(self.output.read_text(), "new")

    def test_output_file_that_is_an_input_is_refused(self):
        other = str(self.file("other.log", "other\n"))
        os.symlink(self.input, self.folder / "symbolic")
        os.link(self.input, self.folder / "hard")
        for name in "in.log", "symbolic", "hard":
            path = str(self.folder / name)
            self.assert_refused(run("-o", str(self.input), other, path), path)

    def test_output_file_that_is_stdin_is_refused(self):
        with open(self.input, "rb") as source:
            done = run("-o", str(self.input), stdin=source)
        self.assert_refused(done, "-")

    def test_stdout_that_is_an_input_is_refused(self):
        path = str(self.input)
        self.assert_refused(run_shell('"$0" "$1" >> "$1"', path), path)
        self.assert_refused(run_shell('"$0" < "$1" >> "$1"', path), "-")
        self.assert_refused(run_shell('"$0" "$1" 1<> "$1"', path), path)

    def test_output_that_will_have_content_is_refused_at_the_start(self):
        """An empty one, which is not the first input: it fills itself."""
        path = str(self.output)
        self.output.write_text("")
        self.assert_refused(run("-o", path, str(self.input), path), path)
        for redirection in ">", ">>":
            self.assert_refused(run_shell(f'"$0" "$1" "$2" {redirection} "$2"',
                                          str(self.input), path), path)
            self.assertEqual(self.output.read_bytes(), b"")
        os.link(self.output, self.folder / "hard")
        hard = str(self.folder / "hard")
        self.assert_refused(run("-o", path, str(self.input), hard), hard)

    def test_output_that_becomes_an_input_meanwhile_is_not_read(self):
        """The last name is a link, made when the first input was opened."""
        pipe, late = self.folder / "pipe", self.folder / "late"
        os.mkfifo(pipe)
        with Running("-o", str(self.output), str(pipe), str(late)) as app:
            with open(pipe, "wb") as source:
                os.symlink(self.output, late)
                source.write(b"one\n")
            done = app.finish()
        self.assertEqual((done.returncode, self.output.read_bytes()),
                         (2, b"one\n"))
        self.assertEqual(done.stderr, complaint(
            str(late), "is also the output; it was not read"))

    def test_empty_input_may_be_the_output(self):
        self.output.write_text("")
        path = str(self.output)
        self.assertEqual(run("-o", path, path).returncode, 0)

    def test_append_keeps_what_is_there(self):
        for option in "-a", "--append":
            self.output.write_text("old\n")
            done = run("-o", str(self.output), option, str(self.input))
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertEqual(self.output.read_text(), "old\n" + self.masked)
        command = ["exec", "-o", str(self.output), "-a", "--", "echo", "x"]
        self.assertEqual(run(*command).returncode, 0)
        self.assertEqual(self.output.read_text(), f"old\n{self.masked}x\n")

    def test_output_that_is_cut_meanwhile_has_no_hole(self):
        """As logrotate's copytruncate does it."""
        for verb in [], ["exec", "-o", str(self.output), "--", "cat"]:
            with Running(*(verb or ["-o", str(self.output)])) as app:
                app.write(b"before\n" * 100)
                wait_until(lambda: self.output.exists() and
                           self.output.stat().st_size == 700)
                os.truncate(self.output, 0)
                app.write(b"after\n")
                self.assertEqual(app.finish().returncode, 0)
            self.assertEqual(self.output.read_bytes(), b"after\n")
            self.output.unlink()

    def test_check_does_not_touch_the_output_file(self):
        done = run("--check", "-o", str(self.output), str(self.input))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertFalse(self.output.exists())

    def test_output_file_that_cannot_be_made_is_named(self):
        for path, reason in ((self.folder, "Is a directory"),
                             (self.input / "x", "Not a directory"),
                             (self.folder / "no" / "x", MISSING)):
            done = run("-o", str(path), str(self.input))
            self.assertEqual((done.returncode, done.stdout, done.stderr),
                             (2, b"", complaint(path, reason)))


class Unreadable(program.Case):
    def assert_others_come_through(self, path, reason):
        """`path` in the middle is told by name; the rest is redacted."""
        first = self.file("first", f"1 {secret(86)}\n")
        last = self.file("last", f"2 {secret(87)}\n")
        done = run(str(first), str(path), str(last))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, f"1 {MASK}\n2 {MASK}\n".encode())
        self.assertRegex(done.stderr, rb"\A%s\Z" % complaint(
            re.escape(str(path)), reason))

    def test_missing_file_is_named(self):
        self.assert_others_come_through(self.folder / "missing", MISSING)

    def test_directory_is_named(self):
        self.assert_others_come_through(self.folder, "Is a directory")

    def test_file_that_cannot_be_opened_is_named(self):
        os.symlink("loop", self.folder / "loop")
        self.assert_others_come_through(self.folder / "loop",
                                        "Too many levels of symbolic links")

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_file_without_permission_is_named(self):
        path = self.file("private", "x")
        path.chmod(0)
        self.assert_others_come_through(path, "Permission denied")

    def test_file_that_cannot_be_read_is_named(self):
        self.assert_others_come_through(  # root gets to the read
            "/proc/self/mem", "(Input/output error|Permission denied)")

    def test_every_bad_file_gets_its_line(self):
        names = ["one", "two", "three"]
        done = run(*(str(self.folder / name) for name in names))
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(done.stderr, b"".join(
            complaint(self.folder / name, MISSING) for name in names))


class Names(program.Case):
    """A name is somebody else's text: it may hold a secret or a command."""

    def test_secret_in_a_name_is_masked(self):
        whole = secret(88)
        for args in ([f"log {whole}.txt"], ["-o", f"no/{whole}"]):
            done = run(*args)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertEqual(leaks(done.stderr, whole), [])
            self.assertIn(MASK.encode(), done.stderr)

    def test_control_characters_in_a_name_are_escaped(self):
        done = run("\x1b]0;title\x07 two\nlines\r\x7f\t")
        self.assertEqual(done.stderr, complaint(
            r"\x1b]0;title\x07 two\x0alines\x0d\x7f\x09", MISSING))

    def test_name_that_is_not_ascii_is_shown_as_it_is(self):
        done = run("gr\u00fc\u00dfe \u20ac")
        self.assertEqual(done.stderr, complaint("gr\u00fc\u00dfe \u20ac",
                                                MISSING))

    def test_file_with_a_strange_name_is_read(self):
        for name in "new\nline", " ", "\udcff", secret(1).replace("/", ""):
            path = self.file(name, "content")
            self.assertEqual(run(str(path)).stdout, b"content")


class Progress(program.Case):
    CONTENT = random.Random(89).randbytes(4 << 20)

    def test_progress_is_drawn_on_a_terminal_only(self):
        path = str(self.file("big.log", self.CONTENT))
        with Terminal() as terminal, Running(path) as unwatched:
            with Running(path, stderr=terminal.its) as watched:
                terminal.hand_over()
                # Nobody reads: both work until this has come.
                self.assertRegex(terminal.read_until(b"\x1b[K"),
                                 rb"\A\r.* of 4\.0 MiB, .*/s")
                done = watched.finish()
                self.assert_same(done.stdout, self.CONTENT)
                self.assertRegex(terminal.read_to_end(), rb"\r\x1b\[K\Z")
            done = unwatched.finish()
            self.assert_same(done.stdout, self.CONTENT)
            self.assertEqual(done.stderr, b"")

    def test_progress_is_that_of_the_file_whatever_becomes_of_it(self):
        """Stdin that is a file, from where it stands; compressed bytes."""
        plain = self.file("big.log", self.CONTENT)
        packed = self.file("big.gz", gzip.compress(self.CONTENT))
        for args, path, size in (([], plain, b"3.0 MiB"),
                                 (["-z", str(packed)], None, b"4.0 MiB")):
            with Terminal() as terminal, contextlib.ExitStack() as files:
                stdin = subprocess.DEVNULL
                if path:
                    stdin = files.enter_context(open(path, "rb"))
                    stdin.seek(1 << 20)
                with Running(*args, stdin=stdin, stderr=terminal.its) as app:
                    terminal.hand_over()
                    self.assertRegex(terminal.read_until(b"\x1b[K"),
                                     rb"\A\r.* of " + re.escape(size) + b", ")
                    app.finish()

    def test_scan_draws_its_progress(self):
        """It waits for its stdin: what it has scanned is drawn."""
        with Terminal() as terminal:
            with Running("scan", stderr=terminal.its) as app:
                terminal.hand_over()
                app.write(b"x" * 1024)
                self.assertRegex(terminal.read_until(b"\x1b[K"),
                                 rb"\A\r[0-9.]+ (B|KiB), [0-9.]+ [KMG]?i?B/s")
                app.finish()


if __name__ == "__main__":
    unittest.main()
