"""The status page in a browser without scripts, light and dark.

CFLT_SCREENSHOT names a file for the light one: docs/images/status.png was made
so.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import serve_program  # noqa: E402
from program import PROGRAM  # noqa: E402
from serve_program import HOST, free_port  # noqa: E402

BROWSER = shutil.which("chromium")
BROWSER_SECONDS = 120  # only ends what hangs


class StatusPage(serve_program.Case):
    def setUp(self):
        super().setUp()
        port = free_port()
        shipper = socket.create_server((HOST, 0))  # the kernel reads for it
        self.addCleanup(shipper.close)
        self.daemon = self.serve({
            "sources": {"app": {"type": "lines",
                                "address": f"tcp://{HOST}:{port}"}},
            "sinks": {
                "archive": {"type": "blackhole", "inputs": ["app"]},
                "shipper": {"type": "lines", "inputs": ["app"],
                            "address":
                                f"tcp://{HOST}:{shipper.getsockname()[1]}"}}})
        canaries = subprocess.run(
            [PROGRAM, "canary", "-n", "40", "--form", "all"],
            check=True, capture_output=True).stdout
        with socket.create_connection((HOST, port)) as app:
            app.sendall(canaries + 5000 * b"level=info msg=done took=12ms\n")
        while "5\u202f040" not in self.daemon.get("/")[1]:
            self.assertIsNone(self.daemon.process.poll())

    def browse(self, *options):
        done = subprocess.run(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu",
             "--hide-scrollbars", f"--user-data-dir={self.folder}/browser",
             "--window-size=1180,760", *options,
             f"http://{HOST}:{self.daemon.admin}/"],
            capture_output=True, check=True, timeout=BROWSER_SECONDS)
        return done.stdout.decode()

    def screenshot(self, name, *options):
        path = self.folder / name
        self.browse(f"--screenshot={path}", *options)
        return path.read_bytes()

    def test_without_a_script_it_shows_what_there_is(self):
        shown = self.browse("--dump-dom")  # which needs scripts itself
        for text in ("Ready", "<td>app</td>", "<td>archive</td>", ">up<",
                     "5\u202f040", "<td>base64</td>"):
            self.assertIn(text, shown)
        self.assertNotIn("<script", shown)

    def test_light_and_dark_differ(self):
        light = self.screenshot("light.png",
                                "--blink-settings=preferredColorScheme=1")
        dark = self.screenshot("dark.png",
                               "--blink-settings=preferredColorScheme=0")
        self.assertNotEqual(light, dark)
        if "CFLT_SCREENSHOT" in os.environ:
            pathlib.Path(os.environ["CFLT_SCREENSHOT"]).write_bytes(light)


if __name__ == "__main__":
    unittest.main()
