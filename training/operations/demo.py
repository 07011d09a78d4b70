"""The demonstration: the same platform on a database of its own, with a made-up population.

Histories are made through the records, as officials would make them, only with the clock of the
day on which it happened. Refused outside demo mode, and kept apart from real people's data.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask, current_app
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from training.assessment import services as assessment
from training.content import items, library
from training.content.schema import Document
from training.core import clock, navigation
from training.core.actors import PersonActor, Role, System
from training.core.database import db
from training.core.errors import OperatorError
from training.core.work import Work, unit_of_work
from training.learning import services as learning
from training.operations.demo_names import NAMES
from training.people import passwords, queries, services, sign_in_services
from training.people.models import Person, Unit
from training.records import services as records

PASSWORD = "waypost-demo-only"
DOMAIN = "demo.example"
MODULE = "trafficking-or-smuggling"
OFFICIALS = 120
LONG_AGO = {1: 700, 2: 760}
"""Of each twenty officials, those who began so many days ago and finished: their certificates run
out soon, or have run out."""
DEMO = System("demonstration")
PLACES = {
    "Aruna": {
        "Immigration Service of Aruna": ("North Gate", "Central Airport"),
        "Coast Guard of Aruna": ("Harbour Station", "Lighthouse Point"),
    },
    "Beria": {
        "Border Police of Beria": ("River Bridge", "Mountain Pass"),
        "Customs of Beria": ("Freight Terminal", "Ferry Quay"),
    },
}


def init_app(app: Flask) -> None:
    """In demo mode, say so where people sign in."""
    if app.config["SETTINGS"].environment == "demo":
        navigation.add_panel(app, "sign-in", _panel)


def demand_apart(session: Session) -> None:
    """Raise OperatorError where the demonstration and real people would meet in one database."""
    made_up = Person.email.like(f"%@{DOMAIN}")
    demo = current_app.config["SETTINGS"].environment == "demo"
    if demo and session.scalar(select(Person.id).where(~made_up, Person.email.is_not(None))):
        raise OperatorError("this database holds real people: the demonstration stays out of it")
    if not demo and session.scalar(select(Person.id).where(made_up)):
        raise OperatorError("this is the demonstration's database: start it with `make demo`")


def build() -> None:
    """Make the population, once; later calls find it and do nothing. Needs demo mode."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.environment != "demo":
        raise OperatorError("the demonstration is made only in demo mode: `make demo`")
    if queries.person_by_email(db.session(), f"learner@{DOMAIN}"):
        return
    chance = random.Random(20231109)
    secret = passwords.make(PASSWORD)
    today = clock.today()
    with unit_of_work(lambda: _noon(today - timedelta(days=900))) as work:
        posts = _places(work)
        _accounts(work, posts, secret)
        officials = [_official(work, number, posts, chance) for number in range(OFFICIALS)]
    for number, official in enumerate(officials):
        days = LONG_AGO.get(number % 20)
        diligence = chance.random() if days is None else 1.0
        _live(official, chance, today, diligence, days or chance.randint(3, 330))


@dataclass
class _Clock:
    """A clock that stands where the story is."""

    at: int

    def __call__(self) -> int:
        return self.at

    def later(self, chance: random.Random, low: int, high: int) -> None:
        """Let so many minutes pass, but never beyond the present."""
        minutes = chance.randint(low, high) * clock.MINUTE
        self.at = min(self.at + minutes + chance.randrange(clock.MINUTE), clock.now())


def _noon(day: date) -> int:
    epoch = date(1970, 1, 1)
    return (day - epoch).days * clock.DAY + clock.DAY // 2


def _places(work: Work) -> list[Unit]:
    root = queries.root(work.session)
    posts = []
    for number, (state, agencies) in enumerate(PLACES.items()):
        code = f"X{'AB'[number]}"  # ISO 3166-1 keeps XA to XZ for one's own use
        state_unit = services.add_unit(DEMO, work, parent=root, name=state, code=code)
        for agency, names in agencies.items():
            agency_unit = services.add_unit(DEMO, work, parent=state_unit, name=agency)
            posts += [services.add_unit(DEMO, work, parent=agency_unit, name=n) for n in names]
    return posts


def _accounts(work: Work, posts: list[Unit], secret: str) -> None:
    """One account a role, at the places where such people are."""
    root = queries.root(work.session)
    post = posts[0]
    agency = work.session.get_one(Unit, post.parent_id)
    state = work.session.get_one(Unit, agency.parent_id)
    where = {
        "learner": (None, post),
        "supervisor": (Role.SUPERVISOR, post),
        "trainer": (Role.TRAINER, root),
        "translator": (Role.TRANSLATOR, root),
        "reviewer": (Role.REVIEWER, root),
        "coordinator": (Role.COORDINATOR, state),
        "administrator": (Role.ADMINISTRATOR, root),
    }
    for account, (role, unit) in where.items():
        person = services.add_person(
            DEMO,
            work,
            name=f"Demo {account.title()}",
            email=f"{account}@{DOMAIN}",
            unit=post if unit is root else unit,
        )
        sign_in_services.set_password(DEMO, work, person=person, secret=secret)
        if role is not None:
            services.grant(DEMO, work, person=person, role=role, unit=unit)


def _official(work: Work, number: int, posts: list[Unit], chance: random.Random) -> PersonActor:
    name, latin = NAMES[number % len(NAMES)]
    post = posts[number % len(posts)]
    person = services.add_person(
        DEMO, work, name=name, latin_name=latin, email=f"official{number + 1}@{DOMAIN}", unit=post
    )
    agency = work.session.get_one(Unit, post.parent_id)
    services.give_number(
        DEMO, work, person=person, agency=agency, number=f"{chance.choice('ABC')}-{1000 + number}"
    )
    return PersonActor(person.id, name, "en", (), "", "", True)


def _live(
    official: PersonActor, chance: random.Random, today: date, diligence: float, days: int
) -> None:
    """Let one official begin so many days ago, or not, and come as far as such people come."""
    if diligence < 0.15:
        return
    began = _noon(today - timedelta(days=days))
    now = _Clock(began + chance.randint(-300, 400) * clock.MINUTE)
    with unit_of_work(now) as work:
        held = records.lock(work, official.id)
        mine = learning.enrol(official, held, module=MODULE)
        document = library.of(work.connection)(mine.version or "")
        knowledge = 0.45 + diligence * 0.5
        if chance.random() < 0.6:
            _take(official, held, now, chance, "pre-test", knowledge - 0.2)
        for lesson in document.lessons:
            if chance.random() > 0.55 + diligence * 0.6:
                return
            now.later(chance, 5, 12 if chance.random() < 0.7 else 2500)
            learning.mark_done(official, held, module=MODULE, lesson=lesson.id)
            if chance.random() < diligence:
                _take(official, held, now, chance, f"check-{lesson.id}", knowledge)
        for attempt in range(document.module.attempts):
            now.later(chance, 2, 3000)
            if _take(official, held, now, chance, "final", knowledge + 0.1 * attempt):
                return


def _take(
    official: PersonActor,
    held: records.Lock,
    now: _Clock,
    chance: random.Random,
    quiz: str,
    knowledge: float,
) -> bool:
    """Take a quiz, each answer right with the probability `knowledge`; tell whether it passed."""
    enrolled = learning.enrolled(official, held, module=MODULE)
    attempt = assessment.start(official, held, enrolled=enrolled, quiz=quiz)
    for drawn in attempt.items:
        now.later(chance, 0, 2)
        response = _response(enrolled.document, drawn["item"], chance, knowledge)
        assessment.answer(official, held, attempt=attempt.id, item=drawn["item"], response=response)
    assessment.submit(official, held, attempt=attempt.id)
    held.work.session.refresh(attempt)
    return bool(attempt.passed)


def _response(document: Document, item: str, chance: random.Random, knowledge: float) -> list[str]:
    found = document.item(item)
    right = items.right_response(found)
    if chance.random() < knowledge:
        return sorted(right)
    return [chance.choice([o for o in items.option_ids(found) if o not in right])]


def _panel() -> Markup:
    text = _(
        "This is a demonstration with made-up people. Sign in as learner@demo.example, "
        "supervisor@, trainer@, coordinator@ or administrator@demo.example with the password "
        "waypost-demo-only."
    )
    return Markup('<div class="notice notice--info"><p>{}</p></div>').format(text)
