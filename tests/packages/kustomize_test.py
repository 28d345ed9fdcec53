"""The components, as kustomize renders them, and what they do in a pod's place.

kustomize comes by scripts/install-kustomize, which scripts/nightly runs; without
it these tests are skipped, and say so.
"""
import os
import shutil
import subprocess
import unittest

import packed
import yaml
from packed import BUSYBOX, TOP, run

KUSTOMIZE = sorted((TOP / "build" / "peers-go").glob("kustomize-*"))
COMPONENTS = TOP / "packaging" / "kustomize"


@unittest.skipUnless(KUSTOMIZE, "no kustomize: scripts/install-kustomize")
class Components(packed.Case):
    @classmethod
    def setUpClass(cls):
        done = run(KUSTOMIZE[-1], "build", COMPONENTS / "example")
        if done.returncode != 0:
            raise AssertionError(done.stderr.decode())
        cls.objects = {(each["kind"], each["metadata"]["name"]): each
                       for each in yaml.safe_load_all(done.stdout)}

    def pod(self, name):
        return self.objects["Deployment", name]["spec"]["template"]["spec"]

    def ours(self, name):
        container, = self.pod(name)["initContainers"]
        self.assertEqual(container["image"],
                         f"registry.example.org/cflt-redact:{packed.VERSION}")
        return container

    def test_each_container_of_ours_meets_the_restricted_standard(self):
        for name in "printing", "logging":
            context = self.ours(name)["securityContext"]
            self.assertEqual(
                (context["runAsNonRoot"], context["allowPrivilegeEscalation"],
                 context["capabilities"], context["seccompProfile"],
                 context["readOnlyRootFilesystem"]),
                (True, False, {"drop": ["ALL"]}, {"type": "RuntimeDefault"},
                 True))
            self.assertIn("memory", self.ours(name)["resources"]["limits"])

    def test_sidecar_starts_first_and_is_probed(self):
        container = self.ours("logging")
        self.assertEqual(container["restartPolicy"], "Always")
        self.assertEqual(container["startupProbe"]["periodSeconds"], 1)
        for probe, path in (("startupProbe", "/readyz"),
                            ("readinessProbe", "/readyz"),
                            ("livenessProbe", "/livez")):
            self.assertEqual(container[probe]["httpGet"],
                             {"path": path, "port": "metrics"})
        volume, = self.pod("logging")["volumes"]
        self.assertIn(("ConfigMap", volume["configMap"]["name"]), self.objects)

    def test_configuration_of_the_sidecar_is_valid_in_the_image(self):
        program = self.unpack_bundle(self.folder / "bundle")
        volume, = self.pod("logging")["volumes"]
        config = self.objects["ConfigMap", volume["configMap"]["name"]]
        path = self.folder / "config.yaml"
        path.write_text(config["data"]["config.yaml"])
        said = self.succeed(program, "validate", "-c", path)
        self.assertIn(b": OK\n", said)

    def test_exec_masks_what_the_application_prints(self):
        """Two roots and a folder that both have, as the containers of a pod."""
        init, pod = self.ours("printing"), self.pod("printing")
        app, = pod["containers"]
        image, root = self.folder / "image", self.folder / "app"
        self.unpack_bundle(image / "opt" / "cflt-redact")
        (root / "bin").mkdir(parents=True)
        shutil.copy(BUSYBOX, root / "bin" / "busybox")
        (root / "bin" / "sh").symlink_to("busybox")
        volume = self.folder / "volume"
        volume.mkdir()
        os.chown(volume, 65532, 65532)

        def start(where, mount, mode, words, **options):
            target = where / mount["mountPath"].strip("/")
            target.mkdir(parents=True, exist_ok=True)
            script = ('mount --bind "$1" "$2" && '
                      'mount -o remount,bind,"$3" "$2" && shift 3 && '
                      'exec "$(command -v chroot)" --userspec=65532:65532 "$@"')
            return run("unshare", "--mount", "sh", "-c", script, "sh", volume,
                       target, mode, where, *words, **options)

        mount, = init["volumeMounts"]
        done = start(image, mount, "rw",
                     ["/opt/cflt-redact/cflt-redact", *init["args"]])
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, b"", b""))
        mount, = app["volumeMounts"]
        self.assertTrue(mount["readOnly"])
        given, wanted = packed.example()
        done = start(root, mount, "ro", [*app["command"], *app["args"]],
                     env={**os.environ, "MESSAGE": given.decode().rstrip()})
        self.assertEqual((done.stdout, done.stderr, done.returncode),
                         (wanted, b"", 3))

    def test_a_container_without_a_command_is_refused(self):
        tree = self.folder / "kustomize"
        shutil.copytree(COMPONENTS, tree)
        app = tree / "example" / "printing.yaml"
        app.write_text(app.read_text().replace(
            "          command: [/bin/sh, -c]\n", ""))
        done = run(KUSTOMIZE[-1], "build", tree / "example")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"containers/0/command", done.stderr)


if __name__ == "__main__":
    unittest.main()
