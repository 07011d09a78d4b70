"""Importing people: looked at first, then all of it or nothing."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.cast import TESTER, Cast, Somebody
from tests.live import at_once
from tests.monitoring import population
from tests.monitoring.reading import table
from tests.people.tables import (
    GATE,
    HARBOUR,
    HEADS,
    confirm,
    csv_table,
    done,
    faults,
    look_at,
    upload,
    workbook,
)
from tests.statements import count_queries
from tests.visitor import Visitor
from training.core import clock
from training.core.actors import Role
from training.core.work import unit_of_work
from training.people import (
    import_applying,
    import_queries,
    import_staging,
    posting_services,
    services,
)
from training.people.import_models import Import, ImportFile, ImportRow
from training.people.models import Grant, Person, Posting, ServiceNumber, Transfer, Unit

Visit = Callable[..., Visitor]
TODAY = clock.today()
TOMORROW, LATER = TODAY + timedelta(days=1), TODAY + timedelta(days=30)
NOUR = f"{HARBOUR},0012,Nour Haddad,nour@example.org,2024-01-02,"


@pytest.fixture
def coordinator(visit: Visit, cast: Cast) -> Visitor:
    """Whoever coordinates Aruna."""
    return visit(cast["coordinator"])


def rows_of(app: Flask, model: Any, *conditions: Any) -> list[Any]:
    """Return rows of a table."""
    with app.app_context(), unit_of_work() as work:
        return list(work.session.scalars(select(model).where(*conditions)))


def person(app: Flask, email: str) -> Any:
    """Return a person by address."""
    [found] = rows_of(app, Person, Person.email == email)
    return found


def postings(app: Flask, of: str) -> list[tuple[str, date, date | None, str | None]]:
    """Return where a person is posted: unit, from, until, how it ends."""
    found = rows_of(app, Posting, Posting.person_id == of)
    found.sort(key=lambda posting: posting.valid_from)
    return [(one.unit_id, one.valid_from, one.valid_to, one.ending) for one in found]


def everything(app: Flask) -> list[tuple[Any, ...]]:
    """Return all that an import could change of people."""
    with app.app_context(), unit_of_work() as work:
        tables = (Person, Posting, ServiceNumber, Grant)
        return [
            tuple(row)
            for model in tables
            for row in work.session.execute(select(*model.__table__.columns).order_by(model.id))
        ]


def test_what_a_table_would_do_is_seen_before_it_is_done(
    app: Flask, coordinator: Visitor, cast: Cast
) -> None:
    """Each kind of deed in a list of its own; nothing has changed until it is confirmed."""
    content = csv_table(
        NOUR,
        f"{GATE},,Other Learner Person,other.learner@example.org,{LATER},",
        f"{GATE},,Learner Renamed,learner@example.org,,",
        f"{GATE},,,supervisor@example.org,,{LATER}",
        "Aruna Immigration,,,Trainer Person,trainer@example.org,,",
    )
    before = everything(app)
    looked = upload(coordinator, content)
    assert looked.counts == {
        "Additions": 1,
        "Changes": 1,
        "Transfers": 1,
        "Departures": 1,
        "No change": 1,
    }
    assert looked.rows == [
        "Row 2 | Aruna Immigration · Aruna Harbour · 0012 · Nour Haddad · nour@example.org · "
        "2024-01-02"
    ]
    change = look_at(coordinator, f"{looked.path}?deed=change").rows
    assert "Learner Person Learner Renamed" in change[0]
    [transfer] = look_at(coordinator, f"{looked.path}?deed=transfer").rows
    assert "Aruna Harbour Aruna North Gate" in transfer
    assert everything(app) == before
    confirm(coordinator, looked)
    nour = person(app, "nour@example.org")
    assert (nour.name, nour.folded) == ("Nour Haddad", " nour haddad ")
    assert postings(app, nour.id) == [(cast.units["Aruna Harbour"], date(2024, 1, 2), None, None)]
    [number] = rows_of(app, ServiceNumber, ServiceNumber.person_id == nour.id)
    assert (number.number, number.agency_id) == ("0012", cast.units["Aruna Immigration"])
    assert postings(app, cast["other learner"].id) == [
        (cast.units["Aruna Harbour"], TODAY, LATER, None),
        (cast.units["Aruna North Gate"], LATER, None, None),
    ]
    assert postings(app, cast["supervisor"].id)[-1][2:] == (LATER, "departure")
    assert person(app, "learner@example.org").name == "Learner Renamed"


def test_the_same_table_again_changes_nothing(app: Flask, coordinator: Visitor) -> None:
    content = csv_table(
        NOUR,
        f"{GATE},,,other.learner@example.org,{LATER},",
        f"{GATE},,,supervisor@example.org,,{LATER}",
    )
    done(coordinator, content)
    before = everything(app)
    again = upload(coordinator, content)
    assert again.counts == {"No change": 3}
    assert again.look == ""
    with coordinator.post(f"{again.path}/confirmation", {"look": "1"}) as refused:
        assert refused.status_code == 409
    assert everything(app) == before


def test_a_workbook_does_the_same_as_csv(coordinator: Visitor) -> None:
    heads = HEADS.split(",")
    place = ("Aruna Immigration", "Aruna Harbour")
    book = workbook(heads, [*place, "0012", "Nour Haddad", None, date(2024, 1, 2), None])
    assert done(coordinator, book) == {"Additions": 1}
    assert upload(coordinator, csv_table(NOUR.replace("nour@example.org", ""))).counts == {
        "No change": 1
    }


FAULTS = {
    ",Gate,1,Nour,,,": "“Agency” is empty",
    "Aruna Immigration,Gate,1,Nour,,,": "There is no “Gate” in your part of the tree",
    "Police,,1,Nour,,,": "There is no “Police” in your part of the tree",
    f"{GATE},1,,,,": "Nobody of this number or e-mail is known yet",
    f"{GATE},,Nour,,,": "Neither service number nor e-mail says who this is",
    f"{GATE},1,Nour,nobody,,": "This e-mail address can’t be used here",
    f"{GATE},a@b,Nour,,,": "This service number can’t be used here",
    f"{GATE},1E+10,Nour,,,": "The spreadsheet has rounded this number",
    f"{GATE},1,=A1,,,": "“Name” holds a formula",
    f"{GATE},1,Nour,,1/2/2024,": "“From” is no day",
    f"{GATE},1,Nour,,2024-02-01,2024-02-01": "“First day after leaving” lies before the beginning",
    f"{GATE},,,learner@example.org,,2020-01-01": "“First day after leaving” lies before the begin",
    f"{HARBOUR},,,learner@example.org,,": "The present posting began on",
    f"{HARBOUR},,,learner@example.org,,{LATER}": "This person is posted at “Aruna North Gate”",
}


def test_every_bad_row_is_named_with_its_number_and_reason(
    app: Flask, coordinator: Visitor
) -> None:
    """And nothing of the table can be done before it is mended."""
    content = csv_table(NOUR, *FAULTS)
    before = everything(app)
    looked = upload(coordinator, content)
    assert looked.counts == {"Can’t be read": len(FAULTS), "Additions": 1}
    assert [row for row, _ in faults(looked.rows)] == [*range(3, 3 + len(FAULTS))]
    for row, said in zip(looked.rows, FAULTS.values(), strict=True):
        assert said in row
    with coordinator.post(f"{looked.path}/confirmation", {"look": "1"}) as refused:
        assert refused.status_code == 409
    assert everything(app) == before


def test_who_stands_there_twice_is_noticed(coordinator: Visitor) -> None:
    """By number, by address, as a person known already; also chunks apart."""
    filler = [f"{GATE},F{number},Filler {number},,," for number in range(import_staging.CHUNK)]
    content = csv_table(
        NOUR,
        f"{GATE},,,learner@example.org,,",
        *filler,
        f"{GATE},00-12,Another,,,",
        f"{GATE},77,Third,NOUR@example.org,,",
        f"{GATE},,,Learner@Example.org,,",
    )
    looked = upload(coordinator, content)
    number = import_staging.CHUNK + 4
    assert faults(looked.rows) == [
        (number, "Row 2 says something of the same already"),
        (number + 1, "Row 2 says something of the same already"),
        (number + 2, "Row 3 says something of the same already"),
    ]


def test_zeros_that_were_dropped_are_noticed(app: Flask, coordinator: Visitor) -> None:
    done(coordinator, csv_table(NOUR))
    looked = upload(coordinator, csv_table(f"{GATE},12,Nour,,,", f"{GATE},4711,Other,,,"))
    assert looked.counts == {"Can’t be read": 1, "Additions": 1}
    assert "0012 would be a number of this agency" in looked.rows[0]


def test_nobody_of_another_state_can_be_touched_or_told_apart(
    app: Flask, visit: Visit, cast: Cast, coordinator: Visitor
) -> None:
    """An address that is taken there reads as one that is none; so does a number of one's own
    agency that somebody holds who has gone there."""
    done(coordinator, csv_table(NOUR))
    nour = person(app, "nour@example.org")
    population.move(app, Somebody(nour.id, nour.name, ""), cast.units["Beria Airport"])
    before = everything(app)
    rows = (
        f"{GATE},1,Probe,foreign.learner@example.org,,",
        f"{GATE},2,Probe,not an address,,",
        f"{GATE},0012,Probe,,,",
        f"{GATE},a@b,Probe,,,",
        f"{GATE},3,Probe,nour@example.org,,",
        "Beria Border Police,Beria Airport,4,Probe,,,",
        "No Such Police,Beria Airport,5,Probe,,,",
    )
    looked = upload(coordinator, csv_table(*rows))
    assert looked.counts == {"Can’t be read": len(rows)}
    taken, none, gone, odd, moved, foreign, nowhere = (said for _, said in faults(looked.rows))
    assert taken == none == moved
    assert gone == odd
    assert foreign.replace("Beria Border", "No Such") == nowhere
    assert "Foreign" not in looked.text
    assert everything(app) == before


def test_an_import_is_nobody_else_s(visit: Visit, cast: Cast, coordinator: Visitor) -> None:
    looked = upload(coordinator, csv_table(NOUR))
    for who in ("administrator", "foreign coordinator"):
        other = visit(cast[who])
        assert other.get(looked.path).status_code == 404
        for what in ("confirmation", "discard", "reading", "encoding"):
            with other.post(f"{looked.path}/{what}", {"look": "1"}) as answer:
                assert answer.status_code == 404
    assert look_at(coordinator, looked.path).counts == {"Additions": 1}


def test_a_coordinator_imports_no_units(coordinator: Visitor) -> None:
    looked = upload(coordinator, csv_table("Dorsan", heads="State"), kind="units")
    assert looked.status == 422
    assert looked.said == ["Choose what is in the file."]


def test_whoever_holds_a_role_beyond_is_left_alone(
    app: Flask, visit: Visit, cast: Cast, coordinator: Visitor
) -> None:
    """A coordinator changes nobody with a role that they could not have granted; an administrator
    of the whole tree may."""
    rows = (
        "Aruna Immigration,,,Mine,administrator@example.org,,",
        "Aruna Immigration,,,Mine,trainer@example.org,,",
        "Aruna Immigration,,,Mine,national.trainer@example.org,,",
    )
    looked = upload(coordinator, csv_table(*rows))
    assert looked.counts == {"Can’t be read": 3}
    assert all("holds a role that is not yours to touch" in row for row in looked.rows)
    assert done(visit(cast["administrator"]), csv_table(*rows)) == {"Changes": 3}


def test_roles_end_where_they_no_longer_reach(app: Flask, visit: Visit, cast: Cast) -> None:
    """With a transfer those that don't reach the new place, with a departure all."""
    supervisor, trainer = cast["supervisor"], cast["national trainer"]
    population.grant(app, supervisor, Role.COORDINATOR, cast.units["Aruna"])
    done(
        visit(cast["administrator"]),
        csv_table(
            f"{HARBOUR},,,{supervisor.email},{LATER},",
            f"Aruna Immigration,,,,{trainer.email},,{LATER}",
        ),
    )
    ends = {
        (grant.role, grant.valid_to)
        for grant in rows_of(app, Grant, Grant.person_id.in_([supervisor.id, trainer.id]))
    }
    assert ends == {("supervisor", LATER), ("coordinator", None), ("trainer", LATER)}
    page = visit(cast["administrator"]).get(f"/admin/audit?person={supervisor.id}").text
    assert "Ended a role" in page


def test_a_transfer_by_a_table_is_one_by_hand(app: Flask, visit: Visit, cast: Cast) -> None:
    """Of two people who stand alike, each transferred in one way: postings, roles, numbers, and the
    release that waits for an answer."""
    gate, harbour = cast.units["Aruna North Gate"], cast.units["Aruna Harbour"]
    pair = [population.add(app, name, gate) for name in ("By Hand", "By Table")]
    for number, one in enumerate(pair, 1):
        population.grant(app, one, Role.SUPERVISOR, gate)
        population.grant(app, one, Role.TRAINER, cast.units["Aruna"])
        with app.app_context(), unit_of_work() as work:
            agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
            there = work.session.get_one(Person, one.id)
            services.give_number(TESTER, work, person=there, agency=agency, number=f"000{number}")
            beria = cast.units["Beria"]
            posting_services.release(TESTER, work, person=one.id, unit=beria, on=LATER)
    by_hand, by_table = (one.id for one in pair)
    with app.test_request_context(), unit_of_work() as work:
        posting_services.transfer(TESTER, work, person=by_hand, unit=harbour, on=TOMORROW)
    administrator = visit(cast["administrator"])
    assert done(administrator, csv_table(f"{HARBOUR},0002,,,{TOMORROW},")) == {"Transfers": 1}

    def stands(of: str) -> list[Any]:
        with app.app_context(), unit_of_work() as work:
            found: list[tuple[Any, ...]] = [
                (Posting, "unit_id", "valid_from", "valid_to", "kind", "ending"),
                (Grant, "role", "unit_id", "valid_from", "valid_to"),
                (ServiceNumber, "agency_id", "valid_from", "valid_to"),
                (Transfer, "unit_id", "starts_on", "answer"),
            ]
            return [
                sorted(
                    tuple(str(getattr(row, name)) for name in names)
                    for row in work.session.scalars(select(model).where(model.person_id == of))
                )
                for model, *names in found
            ]

    assert stands(by_table) == stands(by_hand)


def test_somebody_comes_back(app: Flask, coordinator: Visitor, cast: Cast) -> None:
    """On a day that is given; without one, a row about somebody who has left is a mistake."""
    learner = cast["learner"]
    with app.app_context(), unit_of_work() as work:
        years = {"valid_from": date(2020, 1, 1), "valid_to": date(2024, 1, 1)}
        own = Posting.person_id == learner.id
        work.session.execute(update(Posting).where(own).values(ending="departure", **years))
    assert (
        upload(coordinator, csv_table(f"{GATE},,,{learner.email},,"))
        .rows[0]
        .startswith("Row 2 | This person leaves, or has left, on 1 January 2024.")
    )
    back = csv_table(f"{GATE},,,{learner.email},2025-01-01,")
    assert done(coordinator, back) == {"Transfers": 1}
    gate = cast.units["Aruna North Gate"]
    assert postings(app, learner.id) == [
        (gate, date(2020, 1, 1), date(2024, 1, 1), "departure"),
        (gate, date(2025, 1, 1), None, None),
    ]


def test_a_number_takes_the_place_of_another(app: Flask, coordinator: Visitor, cast: Cast) -> None:
    for number in ("0012", "0013"):
        done(coordinator, csv_table(f"{GATE},{number},,learner@example.org,,"))
    held = rows_of(app, ServiceNumber, ServiceNumber.person_id == cast["learner"].id)
    assert {(one.number, one.valid_to) for one in held} == {("0012", TODAY), ("0013", None)}


@pytest.fixture
def meanwhile(app: Flask, cast: Cast) -> dict[str, Callable[[], None]]:
    """What others do between the look and the confirmation, by the row that it makes untrue."""

    def rename() -> None:
        with app.app_context(), unit_of_work() as work:
            work.session.get_one(Person, cast["learner"].id).name = "Renamed Meanwhile"

    def take_number() -> None:
        with app.app_context(), unit_of_work() as work:
            holder = work.session.get_one(Person, cast["other learner"].id)
            agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
            services.give_number(TESTER, work, person=holder, agency=agency, number="0077")

    def take_address() -> None:
        with app.app_context(), unit_of_work() as work:
            services.add_person(TESTER, work, name="First", email="first@example.org")

    def end_unit() -> None:
        with app.app_context(), unit_of_work() as work:
            work.session.get_one(Unit, cast.units["Aruna Harbour"]).valid_to = LATER

    harbour, beria = cast.units["Aruna Harbour"], cast.units["Beria"]
    return {
        f"{GATE},,Mine,learner@example.org,,": rename,
        f"{HARBOUR},,,learner@example.org,{LATER},": (
            lambda: population.move(app, cast["learner"], harbour)
        ),
        f"{GATE},0077,New,,,": take_number,
        f"{GATE},,First,first@example.org,,": take_address,
        f"{GATE},,Again,supervisor@example.org,,": (
            lambda: population.grant(app, cast["supervisor"], Role.TRAINER, beria)
        ),
        f"{HARBOUR},0078,New,,,": end_unit,
    }


def test_what_has_changed_since_is_looked_at_anew(
    app: Flask, coordinator: Visitor, meanwhile: dict[str, Callable[[], None]]
) -> None:
    """A name, a posting, a number, an address, a role, a unit: nothing is done, and what was looked
    at before can no longer be confirmed."""
    for row, change in meanwhile.items():
        looked = upload(coordinator, csv_table(row))
        assert looked.look, looked.rows
        change()
        before = everything(app)
        with coordinator.post(f"{looked.path}/confirmation", {"look": looked.look}) as answer:
            assert answer.status_code == 303
        again = look_at(coordinator, looked.path)
        assert "People or units have changed since" in again.text, row
        assert everything(app) == before
        with coordinator.post(f"{looked.path}/confirmation", {"look": looked.look}) as answer:
            assert answer.status_code == 409


def test_a_fault_in_the_middle_leaves_nothing(
    app: Flask, coordinator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was done before it; confirmed once more, all is done."""
    content = csv_table(NOUR, f"{GATE},,,other.learner@example.org,{LATER},")
    looked, before = upload(coordinator, content), everything(app)
    for step in ("_opened_postings", "_given_numbers", "_note_rows"):
        with monkeypatch.context() as broken:
            broken.setattr(import_applying, step, lambda *given: 1 / 0)
            with coordinator.post(f"{looked.path}/confirmation", {"look": "1"}) as answer:
                assert answer.status_code == 500
        assert everything(app) == before
    assert confirm(coordinator, looked).counts == {"Additions": 1, "Transfers": 1}


def test_who_confirms_twice_at_the_same_moment_does_it_once(
    app: Flask, coordinator: Visitor, visit: Visit, cast: Cast
) -> None:
    looked = upload(coordinator, csv_table(NOUR, f"{GATE},2,Second,,,"))

    def send() -> int:
        visitor = visit(cast["coordinator"])
        with visitor.post(f"{looked.path}/confirmation", {"look": looked.look}) as answer:
            return answer.status_code

    assert sorted(at_once([send, send, send])) == [303, 409, 409]
    assert "The import is done" in look_at(coordinator, looked.path).text
    assert len(rows_of(app, Person, Person.name.in_(["Nour Haddad", "Second"]))) == 2


def test_what_is_done_or_discarded_is_no_longer_kept(app: Flask, coordinator: Visitor) -> None:
    """Nor is what another upload takes the place of, nor what lies about for more than a day."""
    for content in (csv_table(NOUR), csv_table(NOUR.replace("Nour", "Noor"))):
        done(coordinator, content)
        assert rows_of(app, ImportRow) == rows_of(app, ImportFile) == []
    first = upload(coordinator, csv_table(f"{GATE},1,A,,,"))
    second = upload(coordinator, csv_table(f"{GATE},2,B,,,"))
    assert coordinator.get(first.path).status_code == 404
    with app.app_context(), unit_of_work() as work:
        [old] = work.session.scalars(select(Import).where(Import.state == "read"))
        old.worked_at -= timedelta(days=2)
        old.by = "person:somebody else"
    third = upload(coordinator, csv_table(f"{GATE},3,C,,,"))
    assert coordinator.get(second.path).status_code == 404
    with coordinator.post(f"{third.path}/discard") as answer:
        assert answer.status_code == 303
    assert rows_of(app, ImportRow) == rows_of(app, ImportFile) == []


def test_an_encoding_that_nothing_tells_is_chosen_by_how_names_read(coordinator: Visitor) -> None:
    content = csv_table(f"{GATE},1,نور حداد,,,").decode().encode("cp1256")
    looked = upload(coordinator, content)
    assert "In which encoding is this table?" in looked.text
    assert "نور حداد" in looked.text
    assert "íæÓ" not in looked.text
    for wrong in ("", "utf-7", "cp037"):
        with coordinator.post(f"{looked.path}/encoding", {"encoding": wrong}) as answer:
            assert answer.status_code == 422
    with coordinator.post(f"{looked.path}/encoding", {"encoding": "cp1256"}) as answer:
        assert answer.status_code == 303
    [row] = look_at(coordinator, looked.path).rows
    assert "نور حداد" in row
    with coordinator.post(f"{looked.path}/encoding", {"encoding": "cp1252"}) as answer:
        assert answer.status_code == 409


def test_reading_that_broke_off_is_taken_up(app: Flask, coordinator: Visitor) -> None:
    """Meanwhile the page says how far it is, and loads itself anew until nobody reads any more."""
    rows = [NOUR, f"{GATE},2,Second,,,", f"{GATE},0012,Twice,,,"]
    looked = upload(coordinator, csv_table(*rows))
    with app.app_context(), unit_of_work() as work:
        [found] = work.session.scalars(select(Import))
        found.state, found.done = "reading", 1
        rest = work.session.scalars(select(ImportRow).where(ImportRow.line > 2)).all()
        for row in rest:
            work.session.delete(row)
    page = coordinator.get(looked.path)
    assert page.headers["Refresh"] == "2"
    assert "1 of 3" in page.text
    with app.app_context(), unit_of_work() as work:
        work.session.get_one(Import, found.id).worked_at -= import_queries.RESTS_AFTER * 2
    page = coordinator.get(looked.path)
    assert "Refresh" not in page.headers
    assert "Reading it has broken off" in page.text
    with coordinator.post(f"{looked.path}/reading") as answer:
        assert answer.status_code == 303
    again = look_at(coordinator, looked.path)
    assert again.counts == looked.counts == {"Can’t be read": 1, "Additions": 2}
    with coordinator.post(f"{looked.path}/reading") as answer:
        assert answer.status_code == 409


def test_a_file_that_breaks_in_the_middle_is_refused(app: Flask, coordinator: Visitor) -> None:
    """Its first rows are read by then."""
    looked = upload(coordinator, csv_table(NOUR, '"' + "x" * 200_000))
    assert "A quotation mark in this file is never closed" in looked.text
    assert looked.look == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "There is nothing in this file. Choose another one."),
        (b"Name,Agency,NAME\n", "There are two columns called “Name”. Take one out."),
        (b"Name\nNour\n", "The first row has no column “Agency”."),
        (b"\xd0\xcf\x11\xe0", "This is a workbook of an old kind"),
    ],
)
def test_a_file_that_is_no_table_is_refused_beside_its_field(
    coordinator: Visitor, content: bytes, said: str
) -> None:
    looked = upload(coordinator, content)
    assert looked.status == 422
    assert said in looked.said[0]


def test_a_table_may_have_so_many_bytes(coordinator: Visitor) -> None:
    looked = upload(coordinator, b"x" * (16 * 2**20 + 1))
    assert looked.status == 413
    assert "up to 16 MB" in looked.text


def test_the_empty_tables_can_be_filled_in(coordinator: Visitor) -> None:
    """In the language in which they were sent, which knows no other heads than these."""
    template = coordinator.get("/admin/import/people.csv").data
    assert template.startswith(b"\xef\xbb\xbf")
    row = "Aruna,Aruna Immigration,Aruna Harbour,0012,Nour,,nour@example.org,ar,2024-01-01,\r\n"
    assert upload(coordinator, template + row.encode()).counts == {"Additions": 1}
    for name in ("people.xlsx", "units.xlsx", "units.csv"):
        assert coordinator.get(f"/admin/import/{name}").status_code == 200


def test_it_is_written_down_what_was_done_to_whom(
    app: Flask, visit: Visit, cast: Cast, coordinator: Visitor
) -> None:
    """One entry for the import, with its counts and the digest of the file, and one a person, where
    they are and, for a transfer, where they were."""
    learner = cast["other learner"]
    content = csv_table(NOUR, f"{GATE},,,{learner.email},{LATER},")
    done(coordinator, content)
    administrator = visit(cast["administrator"])
    page = administrator.get("/admin/audit?action=import.applied").text
    assert hashlib.sha256(content).hexdigest() in page
    assert "addition: 1" in page
    assert "transfer: 1" in page
    entries = administrator.get(f"/admin/audit?person={learner.id}&action=posting.transfer").text
    assert sorted(row[4] for row in table(entries, "entries")[1:]) == [
        "Aruna Harbour",
        "Aruna North Gate",
    ]
    nour = person(app, "nour@example.org")
    entries = administrator.get(f"/admin/audit?person={nour.id}").text
    assert [row[2] for row in table(entries, "entries")[1:]] == ["Added a person"]


def test_a_page_takes_as_many_statements_for_many_rows(app: Flask, coordinator: Visitor) -> None:
    found = []
    for count in (1, 120):
        rows = (f"{GATE},{number},Officer {number},,," for number in range(count))
        looked = upload(coordinator, csv_table(*rows))
        with count_queries(app) as statements:
            shown = look_at(coordinator, looked.path)
        assert len(shown.rows) == min(count, import_queries.PAGE)
        found.append(len(statements))
    assert found[0] == found[1] <= 10
    last = look_at(coordinator, f"{looked.path}?deed=addition&page=3")
    assert len(last.rows) == 20
    assert last.rows[-1].startswith("Row 121")


def test_applying_takes_as_many_statements_for_many_rows(app: Flask, coordinator: Visitor) -> None:
    found = []
    for first, count in ((0, 1), (500, 120)):
        rows = (f"{GATE},{number},Officer {number},,," for number in range(first, first + count))
        looked = upload(coordinator, csv_table(*rows))
        with count_queries(app) as statements:
            confirm(coordinator, looked)
        found.append(len(statements))
    assert found[0] == found[1]
