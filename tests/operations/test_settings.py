"""Settings: what production refuses, what is made by itself, what keeps the demonstration apart."""

from pathlib import Path

import pytest

from config import UnsafeSetting, from_environment

SAFE = {
    "WAYPOST_ENV": "production",
    "WAYPOST_SECRET_KEY": "k" * 32,
    "WAYPOST_PUBLIC_URL": "https://waypost.example/",
}


def read(tmp_path: Path, **changes: str) -> object:
    """Read settings from an environment of just these."""
    return from_environment({"WAYPOST_INSTANCE": str(tmp_path), **changes})


def test_production_takes_safe_settings(tmp_path: Path) -> None:
    """And marks cookies as Secure."""
    settings = from_environment({"WAYPOST_INSTANCE": str(tmp_path), **SAFE})
    assert settings.secure_cookies
    assert settings.public_url == "https://waypost.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WAYPOST_SECRET_KEY", ""),
        ("WAYPOST_SECRET_KEY", "short"),
        ("WAYPOST_PUBLIC_URL", ""),
        ("WAYPOST_PUBLIC_URL", "http://waypost.example"),
        ("WAYPOST_ENV", "prod"),
        ("PORT", "many"),
        ("WAYPOST_PROCESSES", "-1"),
        ("WAYPOST_IDLE_MINUTES", "٣"),
    ],
)
def test_an_unsafe_or_unreadable_setting_is_refused_by_name(
    tmp_path: Path, name: str, value: str
) -> None:
    """The operator is told which one."""
    with pytest.raises(UnsafeSetting, match=name):
        read(tmp_path, **{**SAFE, name: value})


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
