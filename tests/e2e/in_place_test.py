"""-i: files that change are replaced, whole or not at all."""
import gzip
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import unittest

from program import (HANG_SECONDS, MASK, PROGRAM, Case, Running, run, secret,
                     wait_until, wrong)

SECRET = secret("in place").encode()
DIRTY = b"one\nkey=" + SECRET + b" two\n"
CLEAN = DIRTY.replace(SECRET, MASK.encode())
NOBODY = 65534
LARGE = b"0123456789abcde\n" * (1 << 17)  # 2 MiB, several chunks


def identity(path):
    status = os.stat(path)
    return (status.st_ino, status.st_size, status.st_mtime_ns,
            status.st_ctime_ns)


class InPlaceCase(Case):
    def assert_done(self, *args, stderr=b""):
        done = run("-i", *map(str, args))
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, b"", stderr))

    def assert_left(self, path, reason, *args, content=DIRTY, **options):
        """One line says why; the file is as it was, and nothing beside it."""
        before = identity(path)
        names = sorted(os.listdir(self.folder))
        done = run("-i", *args, str(path), **options)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr.decode(),
                         rf"\Acflt-redact: {path}: .*{reason}.*\n\Z")
        self.assertEqual(identity(path), before)
        self.assertEqual(path.read_bytes(), content)
        self.assertEqual(sorted(os.listdir(self.folder)), names)

    def assert_alone(self, *names):
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(names))


class Replaced(InPlaceCase):
    def test_secret_is_replaced_wherever_it_stands(self):
        for before in b"", LARGE, LARGE[:999_999]:
            for after in b"", LARGE:
                path = self.file("app.log", before + DIRTY + after)
                self.assert_done(path)
                self.assert_same(path.read_bytes(), before + CLEAN + after)
                self.assert_alone("app.log")

    def test_secret_across_chunks_is_replaced(self):
        for start in range((256 << 10) - 64, (256 << 10) + 2, 13):
            path = self.file("app.log", bytes(start) + DIRTY)
            self.assert_done(path)
            self.assert_same(path.read_bytes(), bytes(start) + CLEAN)

    def test_each_file_is_on_its_own(self):
        half = len(SECRET) // 2
        halves = [self.file("a", SECRET[:half]), self.file("b", SECRET[half:])]
        self.assert_done(*halves)
        self.assertEqual(halves[0].read_bytes() + halves[1].read_bytes(),
                         SECRET)

    def test_sparse_file_stays_sparse(self):
        for before, between in ((0, 64 << 20), (64 << 20, 0),
                                (8 << 20, 40 << 20), (4097, 1 << 20)):
            path = self.file("app.log", b"")
            os.truncate(path, before)
            with open(path, "ab") as log:
                log.write(DIRTY)
            os.truncate(path, before + len(DIRTY) + between)
            with open(path, "ab") as log:
                log.write(DIRTY)
            self.assert_done(path)
            self.assert_same(path.read_bytes(), bytes(before) + CLEAN +
                             bytes(between) + CLEAN)
            self.assertLess(path.stat().st_blocks * 512, 128 << 10)

    def test_flags_of_chattr_stay(self):
        path = self.file("app.log", DIRTY)
        if subprocess.run(["chattr", "+d", path], check=False,
                          stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("this file system has no flags")
        self.assert_done(path)
        self.assertEqual(path.read_bytes(), CLEAN)
        flags = subprocess.run(["lsattr", path], check=True, text=True,
                               stdout=subprocess.PIPE).stdout.split()[0]
        self.assertIn("d", flags)

    def test_directory_is_refused_in_kind_words(self):
        done = run("-i", str(self.folder))
        self.assertEqual(done.stderr.decode(), f"cflt-redact: {self.folder}: is "
                         "a directory; -i takes files, as find(1) names them\n")

    def test_nothing_found_leaves_the_file_untouched(self):
        for content in b"", b"one\n", CLEAN, LARGE:
            path = self.file("app.log", content)
            before = identity(path)
            self.assert_done(path)
            self.assertEqual(identity(path), before)

    def test_what_passes_is_no_change(self):
        path = self.file("app.log", SECRET[:-2] + b"\n")
        before = identity(path)
        self.assertEqual(run("-i", "--truncated=pass", str(path)).returncode,
                         0)
        self.assertEqual(identity(path), before)
        spaced = self.file("spaced.log", wrong(3).replace("+", " ") + "\n")
        unchanged = identity(spaced)
        self.assertEqual(run("-i", "--mismatch=redact", str(spaced)).returncode,
                         0)
        self.assertEqual(identity(spaced), unchanged)
        self.assert_done(path)
        self.assertNotEqual(identity(path), before)

    def test_attributes_are_kept(self):
        path = self.file("app.log", DIRTY)
        os.setxattr(path, "user.note", b"\0value")
        os.chmod(path, 0o2641)
        if os.geteuid() == 0:
            os.chown(path, 1234, 2345)
            os.chmod(path, 0o2641)
        os.utime(path, ns=(10**18 + 1, 10**18 + 2))
        before = os.stat(path)
        self.assert_done(path)
        after = os.stat(path)
        for name in ("st_mode", "st_uid", "st_gid", "st_atime_ns",
                     "st_mtime_ns"):
            self.assertEqual(getattr(after, name), getattr(before, name), name)
        self.assertEqual(os.getxattr(path, "user.note"), b"\0value")
        self.assertEqual(path.read_bytes(), CLEAN)

    def test_acl_is_kept(self):
        entry = lambda tag, perm, who: (tag.to_bytes(2, "little") +
                                        perm.to_bytes(2, "little") +
                                        who.to_bytes(4, "little"))
        anyone = 0xffffffff
        acl = b"\2\0\0\0" + b"".join(
            entry(*each) for each in ((1, 6, anyone), (2, 4, 4321),
                                      (4, 4, anyone), (16, 4, anyone),
                                      (32, 0, anyone)))
        path = self.file("app.log", DIRTY)
        os.setxattr(path, "system.posix_acl_access", acl)
        mode = os.stat(path).st_mode
        self.assert_done(path)
        self.assertEqual(os.getxattr(path, "system.posix_acl_access"), acl)
        self.assertEqual(os.stat(path).st_mode, mode)

    def test_suffix_keeps_the_original_and_warns(self):
        path = self.file("app.log", DIRTY)
        inode = os.stat(path).st_ino
        done = run("--in-place=.bak", str(path))
        kept = self.folder / "app.log.bak"
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr.decode(), f"cflt-redact: {kept}: warning:"
                         " this copy still holds the secrets\n")
        self.assertEqual((path.read_bytes(), kept.read_bytes()),
                         (CLEAN, DIRTY))
        self.assertEqual(os.stat(kept).st_ino, inode)
        self.assert_alone("app.log", "app.log.bak")

    def test_suffix_makes_no_copy_of_what_is_clean(self):
        self.assert_done("--in-place=.bak", self.file("app.log", CLEAN))
        self.assert_alone("app.log")
        self.file("app.log.bak", b"of the first run")
        self.assert_done("--in-place=.bak", self.folder / "app.log")

    def test_statistics_are_of_all_files(self):
        paths = [str(self.file(name, DIRTY)) for name in ("a", "b")]
        done = run("-i", "--stats", *paths)
        self.assertIn(f"{2 * len(DIRTY)} bytes, 4 lines, 2 found",
                      done.stderr.decode())

    def test_gzip_is_written_as_gzip_again(self):
        for text in DIRTY, LARGE + DIRTY + LARGE, os.urandom(1 << 20) + DIRTY:
            packed = self.file("a.gz", gzip.compress(text) + gzip.compress(b"x"))
            plain = self.file("b", text)
            self.assert_done("-z", packed, plain)
            expected = text.replace(SECRET, MASK.encode())
            self.assert_same(gzip.decompress(packed.read_bytes()),
                             expected + b"x")
            self.assert_same(plain.read_bytes(), expected)

    def test_clean_gzip_is_left_untouched(self):
        path = self.file("a.gz", gzip.compress(LARGE))
        before = identity(path)
        self.assert_done("-z", path)
        self.assertEqual(identity(path), before)

    def test_file_in_the_working_folder_is_found(self):
        self.file("app.log", DIRTY)
        done = run("-i", "app.log", cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.folder / "app.log").read_bytes(), CLEAN)


class Refused(InPlaceCase):
    def test_symbolic_link_is_refused_by_its_target(self):
        target = self.file("target", DIRTY)
        link = self.folder / "link"
        link.symlink_to("target")
        self.assert_left(link, "symbolic link; name its target, target")
        self.assertTrue(link.is_symlink())
        self.assertEqual(target.read_bytes(), DIRTY)

    def test_hard_link_is_refused(self):
        path = self.file("app.log", DIRTY)
        os.link(path, self.folder / "other")
        self.assert_left(path, "hard links")

    def test_what_is_no_regular_file_is_refused(self):
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        folder = self.folder / "folder"
        folder.mkdir()
        for path, reason in ((fifo, "is not a regular file"),
                             (folder, "is a directory"),
                             (pathlib.Path("/dev/null"), "not a regular"),
                             (self.folder / "none", "No such file")):
            done = run("-i", str(path))
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"{path}: ", done.stderr.decode())
            self.assertIn(reason, done.stderr.decode())

    def test_file_that_is_open_for_writing_is_refused(self):
        path = self.file("app.log", DIRTY)
        with open(path, "ab"):
            self.assert_left(path, "is open for writing elsewhere")
        self.assert_done(path)

    def test_copy_that_is_there_already_is_not_overwritten(self):
        path = self.file("app.log", DIRTY)
        kept = self.file("app.log.bak", b"older")
        self.assert_left(path, "app.log.bak is there already",
                         "--in-place=.bak")
        self.assertEqual(kept.read_bytes(), b"older")

    def test_corrupt_gzip_is_left(self):
        packed = gzip.compress(LARGE + DIRTY)
        for content in packed[:-1], packed + b"garbage":
            path = self.file("app.gz", content)
            self.assert_left(path, r"byte \d+: ", "-z", content=content)

    def test_the_next_file_is_done_all_the_same(self):
        none = self.folder / "none"
        path = self.file("app.log", DIRTY)
        self.assertEqual(run("-i", str(none), str(path)).returncode, 2)
        self.assertEqual(path.read_bytes(), CLEAN)

    def test_command_lines_that_mean_nothing_are_refused(self):
        path = str(self.file("app.log", DIRTY))
        for args in ((), ("-",), (path, "-"), (path, "--check"),
                     (path, "-o", path + ".out"),
                     ("--in-place=../x", path)):
            done = run("-i", *args)
            self.assertEqual((done.returncode, done.stdout), (2, b""), args)
        self.assertEqual(pathlib.Path(path).read_bytes(), DIRTY)
        self.assert_alone("app.log")

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"),
                         "takes root, to be somebody else")
    def test_read_only_folder_leaves_the_file(self):
        path = self.file("app.log", DIRTY)
        os.chown(path, NOBODY, NOBODY)
        os.chmod(self.folder, 0o755)
        program = shutil.copy(PROGRAM, self.folder)
        done = subprocess.run(
            ["setpriv", "--reuid", str(NOBODY), "--clear-groups", program,
             "-i", str(path)], capture_output=True, timeout=HANG_SECONDS)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.decode(), f"cflt-redact: {path}: cannot "
                         "write beside it: Permission denied\n")
        self.assertEqual(path.read_bytes(), DIRTY)

    def test_full_disk_leaves_the_file(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        for content in LARGE + DIRTY, DIRTY + LARGE:
            path = self.file("app.log", content)
            self.assert_left(path, "File too large", content=content,
                             preexec_fn=limit)

    @unittest.skipUnless(os.geteuid() == 0, "takes root, to mount")
    def test_full_file_system_leaves_the_file(self):
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m",
                                  "tmpfs", str(self.folder)],
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("may not mount")
        self.addCleanup(subprocess.run, ["umount", str(self.folder)])
        content = DIRTY + LARGE
        path = self.file("app.log", content)
        self.assert_left(path, "No space left on device", content=content)


class Attacked(InPlaceCase):
    def test_what_takes_the_temporary_s_name_is_never_adopted(self):
        """By somebody who may write to the folder; at whatever moment."""
        for make in os.mkfifo, self.hard_link, self.write_other:
            with self.subTest(make.__name__):
                path = self.file("app.log", DIRTY + 8 * LARGE)
                victim = self.file("victim", b"theirs")
                victim.chmod(0o600)
                with Running("-i", str(path), stdin=subprocess.DEVNULL) as app:
                    self.replace_temporary(app, make)
                    app.finish()
                self.assertTrue(path.read_bytes() in (CLEAN + 8 * LARGE,
                                                      DIRTY + 8 * LARGE))
                self.assertEqual(victim.read_bytes(), b"theirs")
                self.assertEqual(os.stat(victim).st_mode & 0o777, 0o600)
                for left in self.folder.glob(".cflt-redact-*"):
                    left.unlink()

    def replace_temporary(self, app, make):
        while app.process.poll() is None:
            for temporary in self.folder.glob(".cflt-redact-*"):
                app.process.send_signal(signal.SIGSTOP)
                make(self.folder / "other")
                os.rename(self.folder / "other", temporary)
                app.process.send_signal(signal.SIGCONT)
                return

    def hard_link(self, path):
        os.link(self.folder / "victim", path)

    def write_other(self, path):
        path.write_bytes(b"other")


class Interrupted(InPlaceCase):
    def test_words_that_nobody_reads_stop_nothing(self):
        paths = [self.file(name, DIRTY) for name in ("a", "b", "c")]
        ours, its = os.pipe()
        os.close(ours)
        with open(its, "wb") as stderr:
            done = run("--in-place=.bak", *map(str, paths), stderr=stderr)
        self.assertEqual(done.returncode, 0)
        self.assertEqual([path.read_bytes() for path in paths], 3 * [CLEAN])

    def test_signal_leaves_the_file_and_nothing_beside_it(self):
        """A gzip file of zeros is worked on long enough to be met."""
        packed = gzip.compress(DIRTY + bytes(256 << 20), 1)
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            path = self.file("app.gz", packed)
            with Running("-i", "-z", str(path)) as app:
                wait_until(lambda: len(os.listdir(self.folder)) == 2)
                app.process.send_signal(number)
                done = app.finish()
            self.assertEqual(done.returncode, -number)
            self.assert_same(path.read_bytes(), packed)
            self.assert_alone("app.gz")


if __name__ == "__main__":
    unittest.main()
