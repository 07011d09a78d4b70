"""What a certificate keeps of the person beside the log."""

from collections.abc import Mapping

from sqlalchemy import Connection

from training.core.database import run


def names_printed(connection: Connection, subject: str) -> Mapping[str, str]:
    """Return the names that a certificate bears, as they are when it is issued."""
    names = "SELECT name, latin_name FROM person WHERE id = :id"
    name, latin = run(connection, names, {"id": subject}).fetchone()
    return {"name": name, "latin_name": latin} if latin else {"name": name}
