"""The bundle runs wherever it is unpacked, whatever the system there has."""
import os
import shutil
import socket
import subprocess
import unittest

import packed
from packed import BUSYBOX, HANG_SECONDS, VERSION, run


class Bundle(packed.Case):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "root"
        self.program = self.unpack_bundle(self.root / "opt" / "cflt-redact")
        self.inside = "/opt/cflt-redact/cflt-redact"

    def add_busybox(self):
        (self.root / "bin").mkdir()
        shutil.copy(BUSYBOX, self.root / "bin" / "busybox")
        for name in ("sh", "env", "echo", "cat", "readlink"):
            (self.root / "bin" / name).symlink_to("busybox")

    def test_from_any_folder(self):
        self.assert_redacts(self.program)
        moved = self.folder / "an other place"
        self.program.parent.rename(moved)
        self.assert_redacts(moved / "cflt-redact")
        self.assert_redacts("./cflt-redact", cwd=moved)
        self.assert_redacts("../cflt-redact", cwd=moved / "lib")

    def test_as_the_readme_says(self):
        shutil.copy(packed.package("cflt-redact-*.tar.gz"), self.folder)
        self.assert_redacts(
            "bash", "-e", "-c",
            packed.install_block("tar") + "cflt-redact", cwd=self.folder,
            env={"PATH": "/usr/bin:/bin"})

    def test_by_links_and_by_path(self):
        links = self.folder / "bin"
        links.mkdir()
        (links / "cflt-redact").symlink_to(self.program)
        (links / "again").symlink_to("cflt-redact")
        self.assert_redacts(links / "again")
        self.assert_redacts("sh", "-c", "cflt-redact",
                            env={"PATH": f"{links}:/usr/bin:/bin"})

    def test_started_by_descriptor(self):
        descriptor = os.open(self.program, os.O_PATH)
        self.addCleanup(os.close, descriptor)
        self.assert_redacts(f"/proc/self/fd/{descriptor}",
                            pass_fds=[descriptor])

    def test_in_an_empty_root(self):
        self.assertEqual(sorted(path.name for path in self.root.iterdir()),
                         ["opt"])
        self.assert_redacts("chroot", self.root, self.inside)
        said = self.succeed("chroot", self.root, self.inside, "--version")
        self.assertTrue(said.startswith(f"cflt-redact {VERSION} ".encode()))

    def test_in_a_root_of_busybox(self):
        self.add_busybox()
        self.assert_redacts("chroot", self.root, "/bin/sh", "-c",
                            f"cat | {self.inside}")

    def test_children_of_exec_get_the_environment_as_it_was(self):
        self.add_busybox()
        given = {"PATH": "/bin", "KEEP": "this"}
        chroot = shutil.which("chroot")
        plain = self.succeed(chroot, self.root, "/bin/env", env=given)
        under = self.succeed(chroot, self.root, self.inside, "exec", "--",
                             "env", env=given)
        self.assertEqual(sorted(under.split(b"\n")),
                         sorted(plain.split(b"\n")))

    def test_the_loaders_variables_are_for_the_command(self):
        """A library of the application's image may not fit the bundle's."""
        self.add_busybox()
        given = {"PATH": "/bin", "LD_PRELOAD": "/no/such.so",
                 "GLIBC_TUNABLES": "glibc.malloc.check=1"}
        done = run("chroot", self.root, "/bin/busybox", "env", "-i",
                   *(f"{name}={value}" for name, value in given.items()),
                   self.inside, "exec", "--", "env")
        self.assertEqual((done.stderr, done.returncode), (b"", 0))
        self.assertEqual(dict(line.split("=", 1) for line
                              in done.stdout.decode().splitlines()), given)

    def test_copy_bundle_takes_one_folder(self):
        for words in ([], ["--help"], ["a", "b"]):
            done = run(self.program, "copy-bundle", *words, cwd=self.folder)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertIn(b"copy-bundle FOLDER", done.stderr)
        self.succeed(self.program, "copy-bundle", self.folder / "copy")
        self.assert_redacts(self.folder / "copy" / "cflt-redact")
        within = self.program.parent / "lib" / "again"
        self.assertEqual(run(self.program, "copy-bundle", within).returncode, 2)

    def test_exec_as_the_first_process(self):
        self.add_busybox()
        done = run("unshare", "--pid", "--fork", "chroot", self.root,
                   self.inside, "exec", "--", "sh", "-c",
                   "echo parent=$PPID; exit 7")
        self.assertEqual((done.stdout, done.stderr, done.returncode),
                         (b"parent=1\n", b"", 7))

    def test_its_process_bears_its_name(self):
        process = subprocess.Popen([self.program], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE)
        try:
            given, wanted = packed.example()
            process.stdin.write(given)
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), wanted)
            name = (packed.pathlib.Path(f"/proc/{process.pid}/comm")
                    .read_text().strip())
        finally:
            process.communicate(timeout=HANG_SECONDS)
        self.assertEqual(name, "cflt-redact")

    def test_the_daemon_in_an_empty_root(self):
        """With a name to resolve, and a port of its own choice."""
        with socket.create_server(("127.0.0.1", 0)) as sink, \
                socket.create_server(("127.0.0.1", 0)) as free:
            to, port = sink.getsockname()[1], free.getsockname()[1]
            free.close()
            sink.settimeout(HANG_SECONDS)
            daemon = subprocess.Popen(
                ["chroot", self.root, self.inside, "serve",
                 "--source", f"lines+tcp://127.0.0.1:{port}",
                 "--sink", f"lines+tcp://127.0.0.1:{to}"],
                stderr=subprocess.PIPE)
            try:
                received, _ = sink.accept()
                given, wanted = packed.example()
                with received, received.makefile("rb") as lines:
                    received.settimeout(HANG_SECONDS)
                    for line in daemon.stderr:
                        if b" started " in line:
                            break
                    with socket.create_connection(("127.0.0.1", port)) as app:
                        app.sendall(given)
                        self.assertEqual(lines.readline(), wanted)
            finally:
                daemon.terminate()
                daemon.communicate(timeout=HANG_SECONDS)
            self.assertEqual(daemon.returncode, 0)

    def test_a_launcher_without_its_folder_says_so(self):
        alone = self.folder / "cflt-redact"
        shutil.copy(self.program, alone)
        done = run(alone, "--version")
        self.assertEqual((done.returncode, done.stdout), (127, b""))
        self.assertIn(b"move the folder as a whole", done.stderr)

    def test_the_licences_of_its_libraries_are_there(self):
        libraries = [path.name for path in self.program.parent.glob("lib/*.so*")]
        texts = list(self.program.parent.glob(
            "share/doc/cflt-redact/libraries/*"))
        self.assertGreater(len(libraries), 10)
        self.assertGreater(len(texts), 8)
        for text in filter(lambda path: path.is_file(), texts):
            self.assertGreater(text.stat().st_size, 500, text)
        self.assertIn("libcli11-dev", {path.name for path in texts})


if __name__ == "__main__":
    unittest.main()
