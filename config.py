"""Every setting with its default and its environment variable (WAYPOST_*)."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent


class UnsafeSetting(Exception):
    """A setting that production refuses, or one that can't be read; the text says which and why."""


@dataclass(frozen=True)
class Settings:
    """What an installation decides. `from_environment` reads it; tests build it by hand."""

    environment: str = "local"  # local, production, demo or test
    instance: Path = ROOT / "instance"
    modules: Path = ROOT / "modules"
    database_url: str = ""
    secret_key: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = 1
    threads: int = 16
    public_url: str | None = None
    trusted_proxies: int = 0
    idle_minutes: int = 30
    issuer: str = "Waypost training"
    issuer_contact: str = "your training coordinator"

    @property
    def secure_cookies(self) -> bool:
        """Cookies are marked Secure where the public address is https."""
        return bool(self.public_url and self.public_url.startswith("https://"))


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises UnsafeSetting, naming the variable, for what can't stand."""
    environment = environ.get("WAYPOST_ENV", "local")
    if environment not in ("local", "production", "demo"):
        raise UnsafeSetting("WAYPOST_ENV is local, production or demo")
    default = ROOT / "instance" / ("demo" if environment == "demo" else "")
    instance = Path(environ.get("WAYPOST_INSTANCE", default)).resolve()
    settings = Settings(
        environment=environment,
        instance=instance,
        modules=Path(environ.get("WAYPOST_MODULES", ROOT / "modules")),
        database_url=_database_url(environ, environment, instance),
        secret_key=environ.get("WAYPOST_SECRET_KEY", ""),
        host=environ.get("HOST", "127.0.0.1"),
        port=_number(environ, "PORT", 8000),
        processes=_number(environ, "WAYPOST_PROCESSES", min(os.cpu_count() or 1, 4)),
        public_url=environ.get("WAYPOST_PUBLIC_URL", "").rstrip("/") or None,
        trusted_proxies=_number(environ, "WAYPOST_TRUSTED_PROXIES", 0),
        idle_minutes=_number(environ, "WAYPOST_IDLE_MINUTES", 30),
        issuer=environ.get("WAYPOST_ISSUER", Settings.issuer),
        issuer_contact=environ.get("WAYPOST_ISSUER_CONTACT", Settings.issuer_contact),
    )
    if environment == "production":
        _refuse_unsafe(settings)
    if not settings.secret_key:
        settings = Settings(**{**vars(settings), "secret_key": _kept_key(instance)})
    return settings


def _database_url(environ: Mapping[str, str], environment: str, instance: Path) -> str:
    """The demonstration never opens the database of real people, whatever else is set."""
    if environment == "demo":
        return environ.get("WAYPOST_DEMO_DATABASE_URL") or f"sqlite:///{instance / 'demo.db'}"
    return environ.get("WAYPOST_DATABASE_URL") or f"sqlite:///{instance / 'waypost.db'}"


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) > 65535:
        raise UnsafeSetting(f"{name} is a whole number from 0 to 65535, not {value!r}")
    return int(value)


def _refuse_unsafe(settings: Settings) -> None:
    if len(settings.secret_key) < 32:
        raise UnsafeSetting("WAYPOST_SECRET_KEY must be set, with 32 characters or more")
    if not settings.secure_cookies:
        raise UnsafeSetting("WAYPOST_PUBLIC_URL must be set to the https:// address people use")


def _kept_key(instance: Path) -> str:
    """Return the key kept in the instance folder; the first start makes it (mode 0600)."""
    path = instance / "secret-key"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
