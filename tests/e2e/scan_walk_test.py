"""Directories are walked whole; what could not be looked into is told."""
import json
import os
import socket
import subprocess
import unittest

import program
from program import HANG_SECONDS, PROGRAM, Running, leaks, run, secret


class Walk(program.Case):
    def tree(self, *names):
        """A file with a secret at each path."""
        for name in names:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(secret(1))

    def scan(self, *args):
        """The exit code, the paths in the tree, and stderr."""
        done = run("scan", "--json", *map(str, args or [self.folder]))
        paths = [os.path.relpath(json.loads(line)["path"], self.folder)
                 for line in done.stdout.splitlines()]
        return done.returncode, paths, done.stderr.decode()


class Nothing(Walk):
    def test_nothing_is_ignored(self):
        names = [".git/config", ".hidden/.deeper/.file", "a/b/c/d",
                 "build/x.o", "z"]
        self.tree(*names)
        self.file(".gitignore", "build/\n*\n")
        self.file("binary", b"\0\xff\0" * 9999 + secret(1).encode())
        self.assertEqual(self.scan(), (1, sorted([*names, "binary"]), ""))

    def test_order_is_by_name_whatever_is_done_first(self):
        names = [f"{at % 7}/{at:03}" for at in range(300)]
        self.tree(*names)
        self.file("0/000", secret(1) + "x" * (8 << 20))
        for _ in range(5):
            self.assertEqual(self.scan(), (1, sorted(names), ""))

    def test_paths_come_in_the_order_they_are_named(self):
        self.tree("b/x", "a", "c")
        named = [self.folder / name for name in "cba"]
        self.assertEqual(self.scan(*named), (1, ["c", "b/x", "a"], ""))

    def test_empty_tree_is_clean(self):
        (self.folder / "empty").mkdir()
        self.file("file", "")
        self.assertEqual(self.scan(), (0, [], ""))

    def test_many_findings_of_many_files_stay_apart(self):
        for at in range(40):
            self.file(f"{at:02}", f"{secret(2)}\n" * 2000)
        code, paths, _ = self.scan()
        self.assertEqual(code, 1)
        self.assertEqual(paths, [f"{at:02}" for at in range(40)
                                 for _ in range(2000)])

    def test_deep_tree_is_walked_to_its_end(self):
        at = os.open(self.folder, os.O_RDONLY)
        for _ in range(600):  # longer than a path may be
            os.mkdir("deeper" * 4, dir_fd=at)
            below = os.open("deeper" * 4, os.O_RDONLY, dir_fd=at)
            os.close(at)
            at = below
        with open(os.open("last", os.O_WRONLY | os.O_CREAT, dir_fd=at),
                  "w") as file:
            file.write(secret(3))
        os.close(at)
        code, paths, errors = self.scan()
        self.assertEqual((code, errors, len(paths)), (1, "", 1))
        subprocess.run(["rm", "-rf", *self.folder.iterdir()], check=True)


class Links(Walk):
    def test_links_are_not_followed_inside_a_walk(self):
        self.tree("tree/file", "outside/file")
        os.symlink("..", self.folder / "tree" / "up")
        os.symlink(".", self.folder / "tree" / "self")
        os.symlink("nowhere", self.folder / "tree" / "broken")
        os.symlink("../outside", self.folder / "tree" / "out")
        tree = self.folder / "tree"
        self.assertEqual(self.scan(tree, "--strict"), (1, ["tree/file"], ""))
        stats = json.loads(run("scan", "--stats=json", str(tree)).stderr)
        self.assertEqual(stats["symbolic_links"], 4)

    def test_named_links_are_followed(self):
        self.tree("real/file")
        os.symlink("real", self.folder / "folder")
        os.symlink("real/file", self.folder / "link")
        named = [self.folder / "folder", self.folder / "link"]
        self.assertEqual(self.scan(*named), (1, ["folder/file", "link"], ""))

    def test_named_link_that_loops_is_an_error(self):
        os.symlink("loop", self.folder / "loop")
        code, paths, errors = self.scan(self.folder / "loop")
        self.assertEqual((code, paths), (2, []))
        self.assertIn("loop: Too many levels of symbolic links", errors)


class NotLookedInto(Walk):
    def special_files(self):
        os.mkfifo(self.folder / "fifo")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(self.folder / "socket"))

    def test_special_files_are_told_and_never_opened(self):
        self.tree("file")
        self.special_files()
        code, paths, errors = self.scan()
        self.assertEqual((code, paths), (1, ["file"]))
        self.assertEqual(errors.splitlines(), [
            f"cflt-redact: not looked into: {self.folder}/fifo: a fifo",
            f"cflt-redact: not looked into: {self.folder}/socket: a socket",
            "cflt-redact: 2 paths were not looked into"])

    def test_strict_makes_them_an_error(self):
        self.assertEqual(self.scan(self.folder, "--strict")[0], 0)
        self.special_files()
        self.assertEqual(self.scan()[0], 0)
        self.assertEqual(self.scan(self.folder, "--strict")[0], 2)

    def test_named_fifo_is_read(self):
        os.mkfifo(self.folder / "fifo")
        done = subprocess.run(
            ["sh", "-c", 'echo "$2" > "$1" & "$0" scan "$1"', PROGRAM,
             str(self.folder / "fifo"), secret(4)], capture_output=True,
            timeout=HANG_SECONDS)
        self.assertEqual((done.returncode, done.stderr), (1, b""))

    def test_named_path_that_is_missing_is_an_error_and_the_rest_is_read(self):
        self.tree("a", "b")
        code, paths, errors = self.scan(
            self.folder / "a", self.folder / "no", self.folder / "b")
        self.assertEqual((code, paths), (2, ["a", "b"]))
        self.assertEqual(errors, f"cflt-redact: {self.folder}/no: "
                         "No such file or directory\n")

    def test_unreadable_ones_are_told(self):
        self.tree("locked/file", "open")
        self.file("private", secret(5)).chmod(0)
        (self.folder / "locked").chmod(0)
        self.folder.chmod(0o755)
        command = [PROGRAM, "scan", str(self.folder)]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=65534", "--clear-groups", *command]
        done = subprocess.run(command, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=HANG_SECONDS)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.count(b"\n"), 1)
        self.assertEqual(done.stderr.decode().splitlines(), [
            "cflt-redact: not looked into: "
            f"{self.folder}/locked: Permission denied",
            "cflt-redact: not looked into: "
            f"{self.folder}/private: Permission denied",
            "cflt-redact: 2 paths were not looked into"])

    def test_secret_in_their_name_is_not_shown(self):
        whole = secret(6).replace("/", "_")
        os.mkfifo(self.folder / whole)
        errors = self.scan()[2]
        self.assertEqual(leaks(errors, whole), [])
        self.assertIn("cflt****: a fifo", errors)

    def test_proc_is_not_walked_into_unless_it_is_named(self):
        """All memory is a file there."""
        script = 'mount -t proc proc "$1/proc" && exec "$0" scan --strict "$1"'
        (self.folder / "proc").mkdir()
        self.file("a", "clean")
        done = subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "sh", "-c", script,
             PROGRAM, str(self.folder)], capture_output=True,
            stdin=subprocess.DEVNULL, timeout=HANG_SECONDS)
        if b"mount:" in done.stderr or b"unshare:" in done.stderr:
            self.skipTest("no mounting here")
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"{self.folder}/proc: a proc file system; name it to "
                      "scan it".encode(), done.stderr)

    def test_findings_are_shown_before_it_waits(self):
        path = self.file("a.log", secret(7))
        with Running("scan", str(path), "-") as app:
            line = app.read(len(str(path)))
            self.assertEqual(line, str(path).encode())
            app.finish()

    def test_proc_is_read_without_waiting(self):
        done = run("scan", "/proc/self/net", "/proc/self/status",
                   "/proc/sys/kernel")
        self.assertIn(done.returncode, (0, 1))


if __name__ == "__main__":
    unittest.main()
