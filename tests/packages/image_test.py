"""The image, run as a container runs it: by its number, its root read-only."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import unittest

import packed
from packed import VERSION, run

USER = "65532:65532"


class Image(packed.Case):
    @classmethod
    def setUpClass(cls):
        store = tempfile.mkdtemp(prefix="cflt-image.")
        cls.addClassCleanup(shutil.rmtree, store)
        cls.builder = ["buildah", "--storage-driver", "vfs", "--root", store,
                       "--runroot", f"{store}/run"]
        cls.archive = packed.package(f"cflt-redact-{VERSION}-image.tar")
        cls.container = cls.build("from", "--quiet", f"docker-archive:{cls.archive}")
        cls.root = pathlib.Path(cls.build("mount", cls.container))
        cls.addClassCleanup(cls.build, "umount", cls.container)

    @classmethod
    def build(cls, *words):
        done = subprocess.run([*cls.builder, *words], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return done.stdout.strip()

    def configuration(self):
        return json.loads(self.build("inspect", self.container))[
            "Docker"]["config"]

    def start(self, *words):
        """As its ENTRYPOINT with these arguments, in a read-only root."""
        script = ('mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && '
                  'root=$1 && shift && exec chroot --userspec=%s "$root" "$@"'
                  % USER)
        return ["unshare", "--mount", "sh", "-c", script, "sh",
                str(self.root), *self.configuration()["Entrypoint"], *words]

    def test_what_it_says_of_itself(self):
        config = self.configuration()
        self.assertEqual(config["User"], USER)
        self.assertEqual(config["Entrypoint"], ["/usr/bin/cflt-redact"])
        self.assertEqual(config["Healthcheck"]["Test"],
                         ["CMD", "/usr/bin/cflt-redact", "health", "--ready"])

    def test_it_says_nothing_of_the_machine_that_built_it(self):
        with tarfile.open(self.archive) as archive:
            [image] = json.load(archive.extractfile("manifest.json"))
            said = archive.extractfile(image["Config"]).read()
        self.assertEqual(image["Config"],
                         hashlib.sha256(said).hexdigest() + ".json")
        self.assertEqual(image["RepoTags"], [f"cflt-redact:{VERSION}"])
        said = json.loads(said)
        self.assertNotIn("container", said)
        self.assertNotIn("Hostname", said["config"])

    def test_there_is_no_shell_and_nothing_that_all_may_write(self):
        names = {path.name for path in self.root.rglob("*")}
        self.assertFalse(names & {"sh", "bash", "busybox", "dash"})
        for path in self.root.rglob("*"):
            if not path.is_symlink():
                self.assertFalse(path.stat().st_mode & 0o6022, path)

    def test_the_builder_runs_the_filter(self):
        given, wanted = packed.example()
        done = run(*self.builder, "run", "--isolation", "chroot",
                   self.container, "/usr/bin/cflt-redact", stdin=given)
        self.assertEqual((done.stdout, done.returncode), (wanted, 0),
                         done.stderr)

    def test_filter_in_a_read_only_root(self):
        self.assert_redacts(*self.start())

    def test_exec_keeps_the_exit_status(self):
        done = run(*self.start("exec", "--", "/usr/bin/cflt-redact", "--nope"))
        self.assertEqual((done.returncode, done.stdout), (2, b""))

    def test_serve_in_a_read_only_root(self):
        given, wanted = packed.example()
        done = run(*self.start("serve", "--source", "stdin", "--sink",
                               "stdout"), stdin=given)
        self.assertEqual((done.stdout, done.returncode), (wanted, 0),
                         done.stderr)


if __name__ == "__main__":
    unittest.main()
