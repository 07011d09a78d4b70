"""The browser of the journeys: from the PATH, or from Debian's packages where we are root."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")


def path() -> str | None:
    """Return where Chromium is, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


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
