"""Who may use the studio, and what a trainer finds there."""

import io
from collections.abc import Callable, Iterator

from flask import Flask
from markupsafe import escape

from tests import modules, way
from tests.authoring.conftest import MakeTrainer
from tests.authoring.packing import SMALL, keep, packed, publish, small, upload, zipped
from tests.cast import Cast
from tests.content.module_folder import changed_files, module_files
from tests.statements import count_queries
from tests.visitor import Visitor
from training.authoring import archive
from training.content import folder

Visit = Callable[..., Visitor]
STUDIO = f"/studio/{way.MODULE}"


def pages_of(app: Flask) -> Iterator[str]:
    """Yield an address of each kind of page on the module's first version."""
    document = modules.published(app)
    version = f"{STUDIO}/versions/1"
    yield f"{STUDIO}/"
    yield f"{version}.zip"
    yield from pages_in(f"{version}/", document.lessons[0].id, document.items[0].id, app)


def pages_in(version: str, lesson: str, item: str, app: Flask) -> Iterator[str]:
    """Yield the pages of a preview."""
    document = modules.published(app)
    outcome = document.items[0].outcome
    quiz = next(
        q.id
        for q in document.quizzes
        if q.use == document.items[0].use and outcome in {draw.outcome for draw in q.draws}
    )
    yield version
    yield f"{version}lessons/{lesson}"
    yield f"{version}quizzes/{quiz}"
    yield f"{version}quizzes/{quiz}/items/{item}"


def test_others_than_trainers_find_nothing(app: Flask, visit: Visit, cast: Cast) -> None:
    for who in ("learner", "supervisor", "coordinator", "administrator"):
        visitor = visit(cast[who])
        assert "/studio/" not in visitor.get("/learn/").text
        for page in ["/studio/", *pages_of(app)]:
            assert visitor.get(page).status_code == 404, (who, page)
        assert upload(visitor, small()).status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(app: Flask, visit: Visit) -> None:
    visitor = visit()
    for page in ["/studio/", *pages_of(app)]:
        assert visitor.get(page).location.startswith("/sign-in?next=/studio/"), page
    assert upload(visitor, small()).location == "/sign-in"


def test_a_trainer_finds_the_modules_that_they_may_change(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    trainer = visit(cast["trainer"])
    page = trainer.get("/studio/").text
    assert modules.published(app).module.title in page
    assert f'href="{STUDIO}/"' in page
    assert 'href="/studio/"' in trainer.get("/learn/").text


def test_nothing_of_the_studio_stays_in_the_browser(app: Flask, visit: Visit, cast: Cast) -> None:
    """Its pages hold keys, and PCs are shared."""
    trainer = visit(cast["trainer"])
    for page in ["/studio/", *pages_of(app), keep(trainer, small())]:
        answer = trainer.get(page)
        assert answer.status_code == 200, page
        assert answer.headers["Cache-Control"] == "no-store", page
    assert upload(trainer, b"").headers["Cache-Control"] == "no-store"


def test_a_national_trainer_does_not_reach_the_modules_of_the_region(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """Not its pages, not its drafts, and not by uploading under its id."""
    trainer, national = visit(cast["trainer"]), visit(cast["national trainer"])
    changed = modules.with_title(modules.published(app), "Changed")
    draft = keep(trainer, zipped(changed))
    document = modules.published(app)
    pages = [*pages_of(app), *pages_in(draft, document.lessons[0].id, document.items[0].id, app)]
    for page in pages:
        assert trainer.get(page).status_code == 200, page
        assert national.get(page).status_code == 404, page
    for verb in ("publication", "discard"):
        sent = national.post(f"{draft}{verb}", {"note": "mine now", "follows": "1"})
        assert sent.status_code == 404
    sent = upload(national, zipped(changed))
    assert sent.status_code == 404
    assert "not yours to change" in sent.text
    home = national.get("/studio/").text
    assert "Changed" not in home
    assert document.module.title not in home
    assert trainer.get(draft).status_code == 200


def test_a_version_from_the_folder_says_so(visit: Visit, cast: Cast) -> None:
    page = visit(cast["trainer"]).get(f"{STUDIO}/").text
    assert "Version 1" in page
    assert "loaded from the folder" in page


def test_a_download_is_where_the_next_version_begins(visit: Visit, cast: Cast) -> None:
    """It reads back as the version, and unchanged it is nothing new."""
    trainer = visit(cast["trainer"])
    publish(trainer, keep(trainer, small()))
    answer = trainer.get(f"/studio/{SMALL}/versions/1.zip")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={SMALL}-1.zip"
    assert archive.read(answer.data) == module_files()
    sent = upload(trainer, answer.data)
    assert sent.status_code == 409
    assert "published before" in sent.text


def test_what_is_to_be_mended_is_told_by_file_and_line(visit: Visit, cast: Cast) -> None:
    """And nothing is kept while there is anything."""
    trainer = visit(cast["trainer"])
    files = changed_files("quizzes.yaml", "lesson: looking", "lesson: missing")
    document, findings = folder.read(files)
    assert document is None
    sent = upload(trainer, packed(files))
    assert sent.status_code == 422
    for finding in findings:
        assert f"<bdi>{finding.file}</bdi>" in sent.text
        assert f"line {finding.line}, column {finding.column}" in sent.text
        assert str(escape(finding.message)) in sent.text
        assert str(escape(finding.remedy)) in sent.text
    assert "Drafts" not in trainer.get("/studio/").text
    assert SMALL not in visit(cast["learner"]).get("/learn/").text


def test_a_bad_archive_is_refused_in_plain_words(visit: Visit, cast: Cast) -> None:
    trainer = visit(cast["trainer"])
    for data, words in (
        (b"title: no archive", "This is not a .zip file"),
        (packed({"../module.yaml": b""}), "../module.yaml is no path inside a folder"),
        (packed({"module.yaml": b"\0" * 10**6}), "module.yaml repeats itself"),
        (packed({"<b>/../a": b""}), "&lt;b&gt;/../a"),
    ):
        sent = upload(trainer, data)
        assert sent.status_code == 422
        assert words in sent.text
    empty = trainer.post("/studio/", {"file": (io.BytesIO(b""), "")})
    assert empty.status_code == 422
    assert "Choose a file." in empty.text


def test_an_upload_may_be_larger_than_other_forms_but_not_too_large(
    visit: Visit, cast: Cast
) -> None:
    trainer = visit(cast["trainer"])
    notes = dict.fromkeys(("one.txt", "other.txt"), bytes(range(256)) * 1500)
    large = packed({**module_files(), **notes}, compression=0)
    assert len(large) > 2 * 256 * 1024
    assert "a module holds no such file" in upload(trainer, large).text
    beyond = upload(trainer, b"PK\x03\x04" + bytes(8 * 2**20))
    assert beyond.status_code == 413
    assert "up to 8 MB" in beyond.text
    other = trainer.post(f"{keep(trainer, small())}publication", {"note": "x" * 300_000})
    assert other.status_code == 413


def test_an_upload_without_the_sessions_token_is_not_taken(visit: Visit, cast: Cast) -> None:
    trainer = visit(cast["trainer"])
    form = {"file": (io.BytesIO(small()), "module.zip")}
    assert trainer.client.post("/studio/", data=form).status_code == 403
    assert "Drafts" not in trainer.get("/studio/").text


def test_whoever_may_change_a_module_finds_who_published_it(
    visit: Visit, cast: Cast, make_trainer: MakeTrainer
) -> None:
    """The person's name and what they said is new; a national module is for the region's
    trainers too, and for no other State's."""
    national = visit(cast["national trainer"])
    publish(national, keep(national, small()), note="The first one")
    for visitor in (national, visit(cast["trainer"])):
        page = visitor.get(f"/studio/{SMALL}/").text
        versions = page.split('id="versions"', 1)[1].split("</table>", 1)[0]
        assert "National Trainer Person" in versions
        assert "The first one" in versions
    foreign = visit(make_trainer("foreign learner", "Beria"))
    assert foreign.get(f"/studio/{SMALL}/").status_code == 404
    assert upload(foreign, small("Taken over")).status_code == 404


def test_a_page_costs_few_statements_however_much_it_lists(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """At most ten, and not one more for more versions, drafts and learners."""
    trainer = visit(cast["trainer"])
    draft = keep(trainer, small("A first draft"))
    pages = ["/studio/", draft, *pages_of(app)]
    before = costs(app, trainer, pages)
    for number in range(3):
        changed = modules.with_title(modules.published(app), f"Edition {number}")
        modules.publish(app, changed)
        keep(trainer, small(f"Draft {number}"))
    for name in ("learner", "other learner"):
        way.enrol(visit(cast[name]))
    assert costs(app, trainer, pages) == before
    assert max(before) <= 10


def costs(app: Flask, visitor: Visitor, pages: list[str]) -> list[int]:
    """Count the statements of each page once what never changes has been read."""
    found = []
    for page in pages:
        visitor.get(page)
        with count_queries(app) as sent:
            assert visitor.get(page).status_code == 200
        found.append(len(sent))
    return found
