"""The browser of the journeys: from the PATH, or from Debian's packages where we are root."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def path() -> str | None:
    """Return where Chromium is, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """Start one without a window, yield it, and close it."""
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path(), args=flags)
        yield browser
        browser.close()


def install() -> None:
    """Install Debian's Chromium where it lacks and we may; else say in one line what to do."""
    if path():
        return
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        sys.exit("The tests need Chromium on the PATH: install your system's package `chromium`")
    for command in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(["apt-get", *command], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    install()
