"""The people of the tests: two States, their agencies and posts, one person a role."""

from dataclasses import dataclass, field

from flask import Flask

from training.core.actors import Role, System
from training.core.work import unit_of_work
from training.people import passwords, queries, services, sessions
from training.people.models import Unit

TESTER = System("test")
PASSWORD = "a long enough password"
# Hashing is what passwords' own tests are about; here one hash serves everybody.
_SECRET: list[str] = []


@dataclass(frozen=True)
class Somebody:
    """A person of the tests."""

    id: str
    name: str
    email: str


@dataclass
class Cast:
    """Everybody by name: `cast["learner"]`; units by name: `cast.units["Aruna"]`."""

    units: dict[str, str] = field(default_factory=dict)
    people: dict[str, Somebody] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Somebody:
        return self.people[name]


PLACES = {
    "Aruna": ("Aruna Immigration", ("Aruna North Gate", "Aruna Harbour")),
    "Beria": ("Beria Border Police", ("Beria Airport",)),
}
PEOPLE = (
    # name, post or unit, role, unit of the role
    ("learner", "Aruna North Gate", None, None),
    ("other learner", "Aruna Harbour", None, None),
    ("foreign learner", "Beria Airport", None, None),
    ("supervisor", "Aruna North Gate", Role.SUPERVISOR, "Aruna North Gate"),
    ("trainer", "Aruna Immigration", Role.TRAINER, "region"),
    ("national trainer", "Aruna Immigration", Role.TRAINER, "Aruna"),
    ("coordinator", "Aruna Immigration", Role.COORDINATOR, "Aruna"),
    ("foreign coordinator", "Beria Border Police", Role.COORDINATOR, "Beria"),
    ("administrator", "Aruna Immigration", Role.ADMINISTRATOR, "region"),
)


def cast_in(app: Flask) -> Cast:
    """Add everybody to the application's database, privacy notice read and name checked, password
    PASSWORD."""
    cast = Cast()
    with app.app_context():
        if not _SECRET:
            _SECRET.append(passwords.make(PASSWORD))
        with unit_of_work() as work:
            units = {"region": queries.root(work.session)}
            for state, (agency, posts) in PLACES.items():
                _add(work, units, "region", state)
                _add(work, units, state, agency)
                for post in posts:
                    _add(work, units, agency, post)
            for name, place, role, where in PEOPLE:
                email = f"{name.replace(' ', '.')}@example.org"
                person = services.add_person(
                    TESTER, work, name=f"{name.title()} Person", email=email, unit=units[place]
                )
                person.notice_accepted_at = person.confirmed_at = person.added_at
                services.set_password(TESTER, work, person=person, secret=_SECRET[0])
                if role and where:
                    services.grant(TESTER, work, person=person, role=role, unit=units[where])
                cast.people[name] = Somebody(person.id, person.name, email)
            cast.units = {name: unit.id for name, unit in units.items()}
    return cast


def _add(work: object, units: dict[str, Unit], parent: str, name: str) -> None:
    units[name] = services.add_unit(TESTER, work, parent=units[parent], name=name)  # type: ignore[arg-type]


def session_token(app: Flask, person: str) -> str:
    """Open a session for a person as signing in does, without the form."""
    with app.app_context(), unit_of_work() as work:
        return sessions.open_session(work, person)
