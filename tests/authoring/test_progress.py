"""How a module goes, in counts that name nobody."""

import re
from collections.abc import Callable

from flask import Flask

from tests import modules, way
from tests.authoring.packing import SMALL, keep, packed, publish
from tests.cast import Cast
from tests.content.module_folder import changed_files
from tests.visitor import Visitor

Visit = Callable[..., Visitor]
STUDIO = f"/studio/{way.MODULE}/"


def tiles(page: str) -> dict[str, int]:
    found = re.findall(r"<strong><bdi>(\d+)</bdi></strong>\s*<span>([^<]+)</span>", page)
    return {label: int(figure) for figure, label in found}


def standings(page: str) -> list[tuple[str, int]]:
    table = page.split('id="standings"', 1)[1].split("</table>", 1)[0]
    rows = re.findall(r'<th scope="row">(.+?)</th>\s*<td class="numeric">(\d+)</td>', table)
    return [(re.sub("<.*?>", "", title), int(count)) for title, count in rows]


def test_nobody_has_begun_at_first(visit: Visit, cast: Cast) -> None:
    assert "Nobody has begun yet" in visit(cast["trainer"]).get(STUDIO).text


def test_who_began_who_finished_and_where_the_others_stand(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """In the module's order, without a name."""
    document = modules.published(app)
    first, second, *_rest = [lesson.title for lesson in document.lessons]
    way.complete(visit(cast["learner"]))
    for name in ("other learner", "foreign learner"):
        way.enrol(visit(cast[name]))
    ahead = visit(cast["supervisor"])
    way.enrol(ahead)
    ahead.post(f"{way.HOME}/lessons/{document.lessons[0].id}")
    at_the_end = visit(cast["coordinator"])
    way.enrol(at_the_end)
    way.do_lessons(at_the_end)

    page = visit(cast["trainer"]).get(STUDIO).text
    assert tiles(page) == {"began": 5, "finished": 1, "under way": 4}
    found = standings(page)
    assert [title for title, _ in found] == [
        *(lesson.title for lesson in document.lessons),
        document.quiz("final").title,
    ]
    assert [line for line in found if line[1]] == [
        (first, 2),
        (second, 1),
        (document.quiz("final").title, 1),
    ]
    overview = re.sub("<.*?>", "", visit(cast["trainer"]).get("/studio/").text)
    assert "1 of 5" in overview
    assert f"Most of those under way stand here (2 people): {first}" in overview
    for name in ("learner", "other learner", "foreign learner", "supervisor", "coordinator"):
        assert cast[name].name not in page
        assert cast[name].id not in page


def test_all_versions_count_and_what_is_gone_is_named_as_it_was(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    document = modules.published(app)
    old, *kept = document.lessons
    way.enrol(visit(cast["learner"]))
    gone = old.model_copy(update={"id": "gone", "title": "No longer taught"})
    modules.publish(app, document.model_copy(update={"lessons": (gone, *kept)}))
    way.enrol(visit(cast["other learner"]))
    modules.publish(app, modules.with_title(document, "The third edition"))
    way.enrol(visit(cast["foreign learner"]))

    page = visit(cast["trainer"]).get(STUDIO).text
    assert tiles(page)["began"] == 3
    found = dict(standings(page))
    assert found[old.title] == 2
    assert found["No longer taught (only in an earlier version)"] == 1


def test_other_modules_are_not_counted(app: Flask, visit: Visit, cast: Cast) -> None:
    document = modules.published(app)
    facts = document.module.model_copy(update={"id": "another", "title": "Another"})
    modules.publish(app, document.model_copy(update={"module": facts}))
    visit(cast["learner"]).post("/learn/another/enrolment")
    trainer = visit(cast["trainer"])
    assert "Nobody has begun yet" in trainer.get(STUDIO).text
    assert tiles(trainer.get("/studio/another/").text)["began"] == 1


def test_a_check_that_completion_asks_for_is_named_with_its_lesson(
    visit: Visit, cast: Cast
) -> None:
    trainer, learner = visit(cast["trainer"]), visit(cast["learner"])
    asked = changed_files("module.yaml", "    - final", "    - check-looking\n    - final")
    publish(trainer, keep(trainer, packed(asked)))
    learner.post(f"/learn/{SMALL}/enrolment")
    for lesson in ("looking", "acting"):
        learner.post(f"/learn/{SMALL}/lessons/{lesson}")
    found = dict(standings(trainer.get(f"/studio/{SMALL}/").text))
    assert found == {"Looking": 0, "Acting": 0, "Check yourself: Looking": 1, "Final": 0}
