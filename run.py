"""Serve Waypost: `python run.py`. Where there is no make, prepare it first with `--setup`."""

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def setup(requirements: str) -> None:
    """Make the virtual environment and install what is pinned, each file checked by its hash."""
    wanted, done = (HERE / requirements).read_bytes(), ENVIRONMENT / requirements
    if done.exists() and done.read_bytes() == wanted:
        return
    venv.create(ENVIRONMENT, with_pip=True)
    install = [str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "-r", requirements]
    subprocess.run(install, check=True, cwd=HERE)
    done.write_bytes(wanted)


if __name__ == "__main__":
    if "--setup" in sys.argv:
        setup("requirements-test.txt" if "--test" in sys.argv else "requirements.txt")
    elif Path(sys.prefix).resolve() != ENVIRONMENT and PYTHON.exists():
        sys.exit(subprocess.run([str(PYTHON), str(HERE / "run.py")], check=False).returncode)
    else:
        from training.app import create_app
        from training.operations.start import start

        start(create_app)
else:
    from training.app import create_app
    from training.operations.start import application

    app = application(create_app)
