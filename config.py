"""Every setting with its default and its environment variable (WAYPOST_*)."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
PROCESSES = min(os.cpu_count() or 1, 4)
KNOWN_KEYS = frozenset({"for tests only, for tests only, for tests"})  # published here
_MAIL_URL = re.compile(
    r"(?P<scheme>smtps?)://(?:(?P<user>[^:@/]{1,300}):(?P<password>[^:@/]{1,900})@)?"
    r"(?P<host>[0-9A-Za-z.-]{1,253})(?::(?P<port>[0-9]{1,5}))?/?"
)


class UnsafeSetting(Exception):
    """A setting that production refuses, or one that can't be read; the text says which and why."""


@dataclass(frozen=True)
class MailServer:
    """To whom mail is handed over, and the address that it comes from. What is said to another
    machine is encrypted: from the first byte (`smtps`) or by STARTTLS."""

    host: str
    port: int
    smtps: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_this_machine(self) -> bool:
        """Nobody listens in between: nothing need be encrypted."""
        return self.host in ("localhost", "127.0.0.1")


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
    mail: MailServer | None = None
    trusted_proxies: int = 0
    idle_minutes: int = 30
    issuer: str = "Waypost training"
    issuer_contact: str = "your training coordinator"

    @property
    def secure_cookies(self) -> bool:
        """Cookies are marked Secure where the public address is https."""
        return bool(self.public_url and self.public_url.startswith("https://"))

    @property
    def only_host(self) -> str | None:
        """The one name under which production is served; elsewhere any will do."""
        if self.environment != "production" or not self.public_url:
            return None
        return urlsplit(self.public_url).hostname


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises UnsafeSetting, naming the variable, for what can't stand."""
    environment = environ.get("WAYPOST_ENV", "local")
    if environment not in ("local", "production", "demo"):
        raise UnsafeSetting("WAYPOST_ENV is local, production or demo")
    instance = _instance(environ, environment)
    settings = Settings(
        environment=environment,
        instance=instance,
        modules=_modules(environ.get("WAYPOST_MODULES", str(ROOT / "modules"))),
        database_url=_database_url(environ, environment, instance),
        secret_key=environ.get("WAYPOST_SECRET_KEY", ""),
        host=_host(environ.get("HOST", "127.0.0.1")),
        port=_number(environ, "PORT", 8000, 0, 65535),
        processes=_number(environ, "WAYPOST_PROCESSES", PROCESSES, 1, 256),
        public_url=_public_url(environ.get("WAYPOST_PUBLIC_URL", "")),
        mail=_mail(environ, environment),
        trusted_proxies=_number(environ, "WAYPOST_TRUSTED_PROXIES", 0, 0, 9),
        idle_minutes=_number(environ, "WAYPOST_IDLE_MINUTES", 30, 1, 12 * 60),
        issuer=_line(environ, "WAYPOST_ISSUER", Settings.issuer),
        issuer_contact=_line(environ, "WAYPOST_ISSUER_CONTACT", Settings.issuer_contact),
    )
    if environment == "production":
        _refuse_unsafe(settings, environ)
    if not settings.secret_key:
        settings = replace(settings, secret_key=_kept_key(instance))
    return settings


def _instance(environ: Mapping[str, str], environment: str) -> Path:
    default = ROOT / "instance" / ("demo" if environment == "demo" else "")
    path = Path(environ.get("WAYPOST_INSTANCE") or default).resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnsafeSetting(f"WAYPOST_INSTANCE {path}: {error.strerror}") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise UnsafeSetting(f"WAYPOST_INSTANCE {path} can't be written to")
    return path


def _modules(value: str) -> Path:
    try:
        if value and Path(value).is_dir():
            return Path(value)
    except OSError:
        pass
    raise UnsafeSetting(f"WAYPOST_MODULES is no folder: {value!r:.200}")


def _line(environ: Mapping[str, str], name: str, default: str) -> str:
    """Return a line of text that stands on certificates and pages."""
    value = environ.get(name, default).strip()
    if not value.isprintable() or not 0 < len(value) <= 200:
        raise UnsafeSetting(f"{name} is a line of text of at most 200 characters")
    return value


def _host(value: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:_-]{1,253}", value):
        raise UnsafeSetting(f"HOST is a name or an address of this machine, not {value!r:.200}")
    return value


def _public_url(value: str) -> str | None:
    """Return the address without its last slash, or None where none is set."""
    if not value:
        return None
    match = re.fullmatch(r"https?://[0-9A-Za-z.-]{1,253}(?::(\d{1,5}))?/?", value)
    if not match or int(match[1] or 0) > 65535:
        raise UnsafeSetting(
            "WAYPOST_PUBLIC_URL is an address like https://waypost.example, with a port if it has "
            f"one of its own and nothing after it, not {value!r:.200}"
        )
    return value.rstrip("/")


def _mail(environ: Mapping[str, str], environment: str) -> MailServer | None:
    """Return the mail server, or None where none is set: the demonstration writes to nobody."""
    value = environ.get("WAYPOST_MAIL_URL", "")
    if not value or environment == "demo":
        return None
    match = _MAIL_URL.fullmatch(value) if unquote(value).isascii() and value.isprintable() else None
    if not match or not 0 < int(match["port"] or 1) <= 65535:
        raise UnsafeSetting(  # the value is not repeated: it may hold a password
            "WAYPOST_MAIL_URL is smtp://user:password@host:587 or smtps://user:password@host:465, "
            "without user and password where the server asks for none; an @, a / or a : in them is "
            "written as %40, %2F or %3A"
        )
    if not environ.get("WAYPOST_PUBLIC_URL"):
        raise UnsafeSetting("WAYPOST_MAIL_URL needs WAYPOST_PUBLIC_URL: mails hold links")
    smtps = match["scheme"] == "smtps"
    return MailServer(
        host=match["host"],
        port=int(match["port"] or (465 if smtps else 587)),
        smtps=smtps,
        sender=_sender(environ),
        user=unquote(match["user"] or ""),
        password=unquote(match["password"] or ""),
    )


def _sender(environ: Mapping[str, str]) -> str:
    from email_validator import EmailNotValidError, validate_email

    value = environ.get("WAYPOST_MAIL_FROM", "")
    try:
        validate_email(
            value, allow_smtputf8=False, check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError as error:
        raise UnsafeSetting(
            "WAYPOST_MAIL_FROM is the address that mail comes from, such as waypost@agency.example"
        ) from error
    return value


def _database_url(environ: Mapping[str, str], environment: str, instance: Path) -> str:
    """The demonstration never opens the database of real people, whatever else is set."""
    name, file = "WAYPOST_DATABASE_URL", "waypost.db"
    if environment == "demo":
        name, file = "WAYPOST_DEMO_DATABASE_URL", "demo.db"
    value = environ.get(name) or f"sqlite:///{instance / file}"
    try:
        url = make_url(value)
        server = url.drivername in ("postgresql", "postgresql+psycopg")
        # What follows an @ in a password would be taken for the server's name, and be printed.
        server = server and urlsplit(value).netloc.count("@") < 2 and "@" not in (url.host or "")
        server = server and (url.port or 0) <= 65535
        fits = value.isprintable() and (server or bool(_sqlite_file(url)))
    except (ArgumentError, ValueError):
        fits = False
    if not fits:  # the value is not repeated: it may hold a password
        raise UnsafeSetting(
            f"{name} is sqlite:////path/to/a/file.db or postgresql://user@host/name; "
            "an @ in a password is written as %40"
        )
    return value


def _sqlite_file(url: URL) -> Path | None:
    """Return where the SQLite file of a database lies, or None."""
    named = url.drivername == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(str(url.database)) if named else None


def _number(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = environ.get(name, str(default))
    if not re.fullmatch("[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise UnsafeSetting(f"{name} is a whole number from {least} to {most}, not {value!r:.200}")
    return int(value)


def _refuse_unsafe(settings: Settings, environ: Mapping[str, str]) -> None:
    if len(settings.secret_key) < 32 or settings.secret_key in KNOWN_KEYS:
        raise UnsafeSetting("WAYPOST_SECRET_KEY must be set, with 32 characters or more")
    if len(set(settings.secret_key)) < 10:
        raise UnsafeSetting("WAYPOST_SECRET_KEY must be made by chance: it repeats few characters")
    if not settings.secure_cookies:
        raise UnsafeSetting("WAYPOST_PUBLIC_URL must be set to the https:// address people use")
    if not settings.trusted_proxies:
        raise UnsafeSetting(
            "WAYPOST_TRUSTED_PROXIES must be 1 or more: what ends https stands before Waypost, and "
            "without this everybody would seem to come from it"
        )
    if environ.get("FLASK_DEBUG", "0").lower() not in ("0", "false", "no", ""):
        raise UnsafeSetting("FLASK_DEBUG must not be set: error pages would show the code")
    demo = environ.get("WAYPOST_DEMO_DATABASE_URL")
    file = _sqlite_file(make_url(settings.database_url))
    if settings.database_url == demo or (file and file.name == "demo.db"):
        raise UnsafeSetting("WAYPOST_DATABASE_URL names the database of the demonstration")
    _refuse_open("WAYPOST_INSTANCE", settings.instance)
    _refuse_open("WAYPOST_INSTANCE", settings.instance / "secret-key")
    if file:
        _refuse_open("WAYPOST_DATABASE_URL", file)


def _refuse_open(name: str, path: Path) -> None:
    if os.name != "nt" and path.exists() and path.stat().st_mode & 0o007:
        raise UnsafeSetting(f"{name}: {path} is open to everybody on this machine: chmod o= it")


def _kept_key(instance: Path) -> str:
    """Return the key kept in the instance folder; the first start makes it (mode 0600)."""
    path = instance / "secret-key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        key = ""
    if len(key) < 32:
        raise UnsafeSetting(f"WAYPOST_SECRET_KEY is not set, and {path} holds none that is good")
    return key
