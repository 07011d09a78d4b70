"""Serve Waypost: `python run.py`. Where there is no make, prepare it first with `--setup`."""

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
PYTHON = str(ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def setup(requirements: str) -> None:
    """Make the virtual environment and install what is pinned, each file checked by its hash.

    The files name every package, so pip is asked for no others: older ones, once a newer release
    of a package with extras is out, would take that for one that nobody pinned, and stop.
    """
    wanted, done = (HERE / requirements).read_bytes(), ENVIRONMENT / requirements
    if done.exists() and done.read_bytes() == wanted:
        return
    if not Path(PYTHON).exists():
        venv.create(ENVIRONMENT, with_pip=True)
    install = [PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "--no-deps"]
    subprocess.run([*install, "-r", requirements], check=True, cwd=HERE)
    done.write_bytes(wanted)


if __name__ == "__main__" and "--setup" in sys.argv:
    setup("requirements-test.txt" if "--test" in sys.argv else "requirements.txt")
elif __name__ == "__main__" and Path(sys.prefix).resolve() != ENVIRONMENT:
    os.execv(PYTHON, [PYTHON, str(HERE / "run.py")])
else:
    from training.app import create_app
    from training.operations import start

    if __name__ == "__main__":
        start.start(create_app)
    else:
        app = start.application(create_app)
