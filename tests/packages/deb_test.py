"""The .deb in a bare Debian 12: what an administrator does with a package."""
import hashlib
import os
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

import packed
from packed import HANG_SECONDS, PACKAGES, VERSION, run

DEB = "cflt-redact_*.deb"
CONFIG = "etc/cflt-redact/config.yaml"
LOGS = "var/log/cflt-redact"
# What Debian's tools keep of every package, and of time.
KEPT = re.compile(r"var/(cache|lib/(apt|dpkg|systemd)|log/(apt|dpkg|alternatives))"
                  r"|etc/(passwd|group|shadow|gshadow|subuid|subgid)-?$|run/"
                  r"|etc/\.pwd\.lock")


def bare_system():
    """A tar of a minimal Debian with what the package depends on; made once."""
    deb = packed.package(DEB)
    depends = subprocess.run(["dpkg-deb", "-f", deb, "Depends"], check=True,
                             capture_output=True, text=True).stdout
    names = [re.split(r"[ |(]", each.strip())[0]
             for each in depends.split(",")]
    # A host has systemd; these two are what the package needs of it.
    names = [name for name in names if name != "systemd"]
    names += ["systemd-standalone-sysusers", "systemd-standalone-tmpfiles"]
    key = hashlib.sha256(" ".join(names).encode()).hexdigest()[:12]
    tar = PACKAGES.parent / "package" / f"debian-{key}.tar"
    if not tar.exists():
        tar.parent.mkdir(exist_ok=True)
        done = run("mmdebstrap", "--variant=minbase",
                   f"--include={','.join(names)}", "bookworm",
                   f"{tar}.new.tar", timeout=3 * HANG_SECONDS)
        if done.returncode != 0:
            raise SystemExit(f"mmdebstrap: {done.stderr.decode()}")
        os.rename(f"{tar}.new.tar", tar)
    return tar


class Deb(packed.Case):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="cflt-deb.")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.root = packed.pathlib.Path(folder)
        subprocess.run(["tar", "-xf", bare_system(), "-C", folder], check=True)
        shutil.copy(packed.package(DEB), cls.root)
        shutil.copy(packed.package(DEB), cls.root / "new.deb")
        cls.before = cls.files()
        cls.install()

    @classmethod
    def inside(cls, *words, **options):
        """Runs a command in the root, with /proc, which tmpfiles needs."""
        script = 'mount -t proc proc "$1/proc" && exec chroot "$@"'
        return run("unshare", "--mount", "sh", "-c", script, "sh", cls.root,
                   "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                   "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive", *words,
                   **options)

    @classmethod
    def install(cls):
        command = packed.install_block("sudo").removeprefix("sudo ")
        done = cls.inside("sh", "-c", command.replace(" install", " -y install"))
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)

    @classmethod
    def files(cls):
        """All files that are not Debian's own bookkeeping."""
        found = set()
        for folder, folders, names in os.walk(cls.root):
            for name in names + folders:
                path = os.path.relpath(os.path.join(folder, name), cls.root)
                if not KEPT.match(path):
                    found.add(path)
        return found

    def owner_of(self, path):
        """USER GROUP MODE, by the names of the system inside."""
        return self.succeed("chroot", self.root, "stat", "-c", "%U %G %a",
                            f"/{path}").decode().strip()


class Installed(Deb):
    def test_the_first_example(self):
        self.assert_redacts("chroot", self.root, "cflt-redact")

    def test_its_configuration_is_valid_and_listens_nowhere(self):
        said = self.succeed("chroot", self.root, "cflt-redact", "validate",
                            "-c", f"/{CONFIG}")
        self.assertIn(b": OK\n", said)
        text = re.sub(r"(?m)^\s*#.*$", "", (self.root / CONFIG).read_text())
        self.assertNotIn("address:", text)
        done = run("chroot", "--userspec=cflt-redact", self.root,
                   "cflt-redact", "serve", "-c", f"/{CONFIG}")
        self.assertEqual((done.returncode, done.stdout), (0, b""), done.stderr)

    def test_nothing_is_started_or_enabled(self):
        wanted = [path for path in self.files() - self.before
                  if path.startswith("etc/systemd")]
        self.assertEqual(wanted, [])

    def test_a_running_service_follows_upgrade_and_removal(self):
        scripts = self.root / "var" / "lib" / "dpkg" / "info"
        after = (scripts / "cflt-redact.postinst").read_text()
        before = (scripts / "cflt-redact.prerm").read_text()
        self.assertRegex(after, "deb-systemd-invoke try-restart .*cflt-redact.service")
        self.assertIn("deb-systemd-invoke stop", before)

    def test_a_sinks_file_can_be_read_by_the_group_adm(self):
        config = self.root / "tmp" / "config.yaml"
        config.write_text(
            "sources: {in: {type: stdin}}\n"
            "sinks: {out: {type: file, inputs: [in],"
            f" path: /{LOGS}/out.log}}}}\n")
        given, wanted = packed.example()
        done = run("chroot", "--userspec=cflt-redact", self.root,
                   "cflt-redact", "serve", "-c", "/tmp/config.yaml",
                   stdin=given)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.owner_of(LOGS), "cflt-redact adm 2750")
        self.assertEqual(self.owner_of(f"{LOGS}/out.log"),
                         "cflt-redact adm 640")
        reader = run("chroot", "--userspec=nobody:adm", self.root, "cat",
                     f"/{LOGS}/out.log")
        self.assertEqual((reader.stdout, reader.returncode), (wanted, 0))

    def test_each_document_and_example_is_where_the_others_point(self):
        for path in ("usr/share/man/man1/cflt-redact.1.gz",
                     "usr/share/man/man5/cflt-redact.5.gz",
                     "usr/share/bash-completion/completions/cflt-redact",
                     "usr/share/zsh/vendor-completions/_cflt-redact",
                     "usr/share/fish/vendor_completions.d/cflt-redact.fish",
                     "lib/systemd/system/cflt-redact.service"):
            self.assertTrue((self.root / path).exists(), path)
        text = (self.root / CONFIG).read_text()
        unit = (self.root / "lib/systemd/system/cflt-redact.service").read_text()
        paths = re.findall(r"/usr/(?:share|bin)/[\w./-]*\w", text + unit)
        self.assertGreater(len(paths), 4)
        for path in paths:
            self.assertTrue((self.root / path[1:]).exists(), path)

    def test_lintian_finds_no_error(self):
        done = run("lintian", "--allow-root", "--fail-on=error",
                   "--tag-display-limit=0", packed.package(DEB))
        self.assertEqual((done.returncode, done.stdout), (0, b""),
                         done.stdout.decode())


class Life(Deb):
    """Upgraded, removed, purged, in this order."""

    def newer_with_another_configuration(self):
        """The package as its next version, whose conffile has changed."""
        tree = self.folder / "tree"
        self.succeed("dpkg-deb", "-R", self.root / "new.deb", tree)
        control = tree / "DEBIAN" / "control"
        control.write_text(control.read_text().replace(
            f"Version: {VERSION}", f"Version: {VERSION}+next"))
        config = tree / CONFIG
        config.write_text(config.read_text() + "# a new key\n")
        self.succeed("dpkg-deb", "--root-owner-group", "-b", tree,
                     self.root / "next.deb")
        return "/next.deb"

    def test_upgrade_removal_and_purge(self):
        mine = self.root / CONFIG
        mine.write_text(mine.read_text() + "# my own words\n")
        done = self.inside("dpkg", "--force-confdef", "--force-confold", "-i",
                           self.newer_with_another_configuration())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("# my own words", mine.read_text())
        self.assertIn("# a new key",
                      (self.root / f"{CONFIG}.dpkg-dist").read_text())
        (self.root / LOGS / "out.log").write_text("a line\n")

        done = self.inside("dpkg", "--remove", "cflt-redact")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("# my own words", mine.read_text())
        self.assertTrue((self.root / LOGS / "out.log").exists())
        self.assertFalse((self.root / "usr/bin/cflt-redact").exists())

        done = self.inside("dpkg", "--purge", "cflt-redact")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        left = self.files() - self.before - {"next.deb"}
        self.assertEqual(left, set())


if __name__ == "__main__":
    unittest.main()
