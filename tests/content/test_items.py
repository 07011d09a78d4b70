"""How each type of item is answered and graded."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from training.content import items
from training.content.items import Item

_ADAPTER: TypeAdapter[Item] = TypeAdapter(Item)
_COMMON = {
    "id": "item",
    "use": "exam",
    "level": "knowledge",
    "outcome": "look",
    "prompt": "Which?",
    "explanation": "Because.",
    "sources": (),
    "topic": "look",
}
_OPTIONS = tuple({"id": id, "text": id.upper()} for id in ("a", "b", "c", "d"))


def item(**values: Any) -> Item:
    return _ADAPTER.validate_python({**_COMMON, **values})


SINGLE = item(
    type="single-choice",
    options=_OPTIONS,
    key="b",
    feedback={"d": "Not d.", "c": "Not c.", "a": "Not a."},
)
MULTIPLE = item(
    type="multiple-choice",
    options=_OPTIONS,
    key=("c", "a"),
    feedback={"d": "Not d.", "b": "Not b."},
)
TRUE = item(type="true-false", key=True, feedback="It is so.")
FALSE = item(type="true-false", key=False, feedback="It is not so.")


@pytest.mark.parametrize(
    ("asked", "response", "right", "feedback"),
    [
        (SINGLE, ["b"], True, []),
        (SINGLE, ["a"], False, ["Not a."]),
        (MULTIPLE, ["a", "c"], True, []),
        (MULTIPLE, ["c", "a"], True, []),
        (MULTIPLE, ["a"], False, []),
        (MULTIPLE, ["a", "c", "d"], False, ["Not d."]),
        (MULTIPLE, ["d", "b"], False, ["Not b.", "Not d."]),
        (MULTIPLE, ["a", "b", "c", "d"], False, ["Not b.", "Not d."]),
        (TRUE, ["true"], True, []),
        (TRUE, ["false"], False, ["It is so."]),
        (FALSE, ["false"], True, []),
        (FALSE, ["true"], False, ["It is not so."]),
    ],
)
def test_a_response_earns_its_point_or_nothing(
    asked: Item, response: list[str], right: bool, feedback: list[str]
) -> None:
    assert items.is_response(asked, response)
    assert items.is_right(asked, response) == right
    assert items.feedback_for(asked, response) == feedback


@pytest.mark.parametrize(
    ("asked", "response"),
    [
        (SINGLE, []),
        (SINGLE, ["e"]),
        (SINGLE, ["a", "b"]),
        (SINGLE, ["b", "b"]),
        (MULTIPLE, []),
        (MULTIPLE, ["a", "c", "c"]),
        (MULTIPLE, ["a", "c", "e"]),
        (MULTIPLE, ["a", "b", "c", "d", "a"]),
        (TRUE, []),
        (TRUE, ["True"]),
        (TRUE, ["true", "false"]),
        (TRUE, ["true", "true"]),
    ],
)
def test_what_is_no_response_earns_nothing(asked: Item, response: list[str]) -> None:
    assert not items.is_response(asked, response)
    assert not items.is_right(asked, response)


@pytest.mark.parametrize(
    ("asked", "options", "right", "shuffles"),
    [
        (SINGLE, ["a", "b", "c", "d"], ["b"], True),
        (MULTIPLE, ["a", "b", "c", "d"], ["a", "c"], True),
        (TRUE, ["true", "false"], ["true"], False),
        (FALSE, ["true", "false"], ["false"], False),
    ],
)
def test_options_stand_in_the_written_order(
    asked: Item, options: list[str], right: list[str], shuffles: bool
) -> None:
    assert items.option_ids(asked) == options
    assert items.right_response(asked) == right
    assert items.shuffles(asked) == shuffles


@pytest.mark.parametrize("asked", [SINGLE, MULTIPLE, TRUE, FALSE])
def test_the_right_response_is_right(asked: Item) -> None:
    assert items.is_right(asked, items.right_response(asked))
