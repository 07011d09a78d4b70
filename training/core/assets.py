"""Static files: under an address that changes with their content, compressed, kept for good."""

import hashlib
import shutil
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

STATIC = Path(__file__).resolve().parents[2] / "static"


def init_app(app: Flask, instance: Path) -> None:
    """Serve `static/` and give templates `static_url(path)`."""
    digest = _digest(STATIC)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(_compressed(digest, instance)),
        prefix=f"static/{digest}/",
        immutable_file_test=lambda path, url: True,
        allow_all_origins=False,
    )
    app.jinja_env.globals["static_url"] = lambda path: f"/static/{digest}/{path}"


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return total.hexdigest()[:12]


def _compressed(digest: str, instance: Path) -> Path:
    """Return a copy of `static/` with compressed files beside; the first start makes it."""
    ready = instance / f"static-{digest}"
    if ready.is_dir():
        return ready
    making = instance / f"static-{digest}.{id(ready):x}"
    shutil.copytree(STATIC, making)
    compressor = Compressor(quiet=True)
    for path in [
        p for p in making.rglob("*") if p.is_file() and compressor.should_compress(p.name)
    ]:
        list(compressor.compress(str(path)))
    try:
        making.rename(ready)
    except OSError:  # another start was faster
        shutil.rmtree(making)
    return ready
