"""What a certificate keeps of the person beside the log."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from training.people.models import Person


def names_printed(connection: Connection, subject: str) -> Mapping[str, str]:
    """Return the names that a certificate bears, as they are when it is issued."""
    name, latin = connection.execute(
        select(Person.name, Person.latin_name).where(Person.id == subject)
    ).one()
    return {"name": name, "latin_name": latin} if latin else {"name": name}
