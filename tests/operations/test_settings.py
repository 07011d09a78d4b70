"""Settings: what production refuses, what is made by itself, what keeps the demonstration apart."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config import MailServer, Settings, UnsafeSetting, from_environment
from tests import server

SAFE = {
    "WAYPOST_ENV": "production",
    "WAYPOST_SECRET_KEY": "a key that nobody guesses: 5791-xyz",
    "WAYPOST_PUBLIC_URL": "https://waypost.example/",
    "WAYPOST_TRUSTED_PROXIES": "1",
    "WAYPOST_MAIL_URL": "smtp://waypost:p%40ss@mail.example",
    "WAYPOST_MAIL_FROM": "waypost@agency.example",
}


def read(tmp_path: Path, **changes: str) -> Settings:
    """Read settings from an environment of just these."""
    return from_environment({"WAYPOST_INSTANCE": str(tmp_path), **changes})


def test_production_takes_safe_settings(tmp_path: Path) -> None:
    """And marks cookies as Secure."""
    settings = from_environment({"WAYPOST_INSTANCE": str(tmp_path), **SAFE})
    assert settings.secure_cookies
    assert settings.public_url == "https://waypost.example"


UNFIT = {
    "WAYPOST_ENV": ["prod", "", " production", "Production", "x" * 100_000],
    "WAYPOST_SECRET_KEY": ["", "short", "k" * 40, "for tests only, for tests only, for tests"],
    "WAYPOST_PUBLIC_URL": [
        "",
        "http://waypost.example",
        "waypost.example",
        "//waypost.example",
        "https://",
        "https:// waypost.example",
        "https://waypost.example /",
        "https://waypost.example/sub",
        "https://waypost.example/?a=1",
        "https://waypost.example/#a",
        "https://user:password@waypost.example",
        "https://waypost.example\nSet-Cookie: a=b",
        "https://waypost.example\n",
        "https://waypost.example:port",
        "https://[::1",
        "https://waypost.example:99999",
        "https://wäypost.example",
        "https://waypost.example\u202e",
        "javascript:alert(1)",
        "ftp://waypost.example",
        "https://" + "x" * 100_000,
    ],
    "WAYPOST_MAIL_URL": [
        "nonsense",
        " ",
        "smtp://",
        "smtp:///",
        "mail.example",
        "http://user:secret@mail.example",
        "smtp://user@mail.example",
        "smtp://:secret@mail.example",
        "smtp://user:secret@",
        "smtp://user:se@cret@mail.example",
        "smtp://user:secret@mail.example:port",
        "smtp://user:secret@mail.example:0",
        "smtp://user:secret@mail.example:65536",
        "smtp://user:secret@mail.example:٢٥",
        "smtp://user:secret@mail.example/path",
        "smtp://user:secret@mail.example?tls=no",
        "smtp://user:secret@mail.example\n",
        "smtp://user:secret%C3%A4@mail.example",
        "smtp://user:secretä@mail.example",
        "smtp://user:secret@mäil.example",
        "smtp://" + "x" * 100_000,
    ],
    "WAYPOST_MAIL_FROM": [
        "",
        "waypost",
        "Waypost <waypost@agency.example>",
        "waypost@agency.example\nBcc: x@example.org",
        "waypöst@agency.example",
        "a@agency.example, b@agency.example",
        "x" * 100_000,
    ],
    "WAYPOST_DATABASE_URL": [
        "nonsense",
        " ",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "mysql://secret@localhost/waypost",
        "postgresql+asyncpg://secret@localhost/waypost",
        "postgresql://u:secret@[::1/waypost",
        "postgresql://u:secret@localhost:port/waypost",
        "postgresql://u:secret@localhost:99999/waypost",
        "postgresql://u:secret@host@localhost/waypost",
        "postgresql://u:secret@localhost/waypost\n",
        "file:///etc/passwd",
    ],
    "PORT": [
        "many",
        "-1",
        "65536",
        "8000 ",
        " 8000",
        "8_000",
        "٨٠٠٠",
        "8000.0",
        "",
        "9" * 5000,
        "\n",
    ],
    "WAYPOST_PROCESSES": ["-1", "0", "257", "two", "1e3", "", "²"],
    "WAYPOST_TRUSTED_PROXIES": ["-1", "10", "many", "0", "1,2", ""],
    "WAYPOST_IDLE_MINUTES": ["٣", "0", "-5", "100000", "1.5", "half an hour", ""],
    "HOST": ["", " ", "a b", "127.0.0.1\n", "*", "x" * 10_000, "http://127.0.0.1", "höst"],
    "WAYPOST_INSTANCE": ["/dev/null", "/dev/null/x", "/proc/x", "x" * 5000],
    "WAYPOST_MODULES": ["/no/such/folder", "/dev/null", "x" * 5000, ""],
    "WAYPOST_ISSUER": ["", " ", "two\nlines", "x" * 100_000, os.fsdecode(b"caf\xe9")],
    "WAYPOST_ISSUER_CONTACT": ["two\nlines", "x" * 100_000, os.fsdecode(b"caf\xe9")],
}
"""What each setting must refuse in production."""


def _rows(table: dict[str, list[str]]) -> Iterator[Any]:
    for name, values in table.items():
        for value in values:
            shown = f"{name}={value if len(value) < 60 else len(value)}"
            yield pytest.param(name, value, id=ascii(shown)[1:-1])


@pytest.mark.parametrize(("name", "value"), list(_rows(UNFIT)))
def test_an_unsafe_or_unreadable_setting_is_refused_by_name(
    tmp_path: Path, name: str, value: str
) -> None:
    """The operator is told which one, in a line, without what may be a password."""
    with pytest.raises(UnsafeSetting, match=name) as refused:
        read(tmp_path, **{**SAFE, name: value})
    assert len(str(refused.value).splitlines()) == 1
    assert "secret" not in str(refused.value).replace("secret-key", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "many"), ("WAYPOST_DATABASE_URL", "nonsense"), ("WAYPOST_INSTANCE", "/dev/null")],
)
def test_a_start_with_an_unreadable_setting_says_so_in_a_line(
    tmp_path: Path, name: str, value: str
) -> None:
    """Of the program itself, as an operator starts it; nothing is made."""
    odd: dict[str, Any] = {name: value}
    process = server.launched(tmp_path / "i", f"sqlite:///{tmp_path}/x.db", **odd)
    printed = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert len(printed.splitlines()) == 1, printed
    assert name in printed
    assert not (tmp_path / "x.db").exists()


@pytest.mark.parametrize(
    ("value", "host", "port", "smtps", "user", "password"),
    [
        ("smtp://mail.example", "mail.example", 587, False, "", ""),
        ("smtp://localhost:25/", "localhost", 25, False, "", ""),
        ("smtps://mail.example", "mail.example", 465, True, "", ""),
        ("smtps://w%40x:a%2Fb%3Ac@10.0.0.1:2525", "10.0.0.1", 2525, True, "w@x", "a/b:c"),
    ],
)
def test_a_mail_server_is_set_in_one_line(
    tmp_path: Path, value: str, host: str, port: int, smtps: bool, user: str, password: str
) -> None:
    settings = read(tmp_path, **{**SAFE, "WAYPOST_MAIL_URL": value})
    sender = SAFE["WAYPOST_MAIL_FROM"]
    assert settings.mail == MailServer(host, port, smtps, sender, user, password)
    assert "a/b:c" not in repr(settings)


def test_without_a_mail_server_no_mail_is_sent(tmp_path: Path) -> None:
    """Nor by the demonstration, whatever is set: its people are made up."""
    assert read(tmp_path).mail is None
    assert read(tmp_path, **{**SAFE, "WAYPOST_MAIL_URL": ""}).mail is None
    assert read(tmp_path, **{**SAFE, "WAYPOST_ENV": "demo"}).mail is None


def test_mail_needs_an_address_for_its_links(tmp_path: Path) -> None:
    """Nobody could open one that leads to the reader's own machine."""
    mail = {name: SAFE[name] for name in ("WAYPOST_MAIL_URL", "WAYPOST_MAIL_FROM")}
    with pytest.raises(UnsafeSetting, match="WAYPOST_MAIL_URL needs WAYPOST_PUBLIC_URL"):
        read(tmp_path, **mail)


def test_a_key_is_made_once_and_kept_for_oneself(tmp_path: Path) -> None:
    """On one laptop nobody has to think of it."""
    first = from_environment({"WAYPOST_INSTANCE": str(tmp_path)})
    second = from_environment({"WAYPOST_INSTANCE": str(tmp_path)})
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_the_demonstration_never_opens_the_database_of_real_people(tmp_path: Path) -> None:
    """Whatever else is set."""
    settings = from_environment(
        {
            "WAYPOST_INSTANCE": str(tmp_path),
            "WAYPOST_ENV": "demo",
            "WAYPOST_DATABASE_URL": "postgresql://localhost/real",
        }
    )
    assert "real" not in settings.database_url
