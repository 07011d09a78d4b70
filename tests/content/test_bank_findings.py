"""What can be wrong with items and quizzes, with its exact place."""

import pytest

from tests.content.module_folder import changed_files, told

ACT = "items/act.yaml"
LOOK = "items/look.yaml"
QUIZZES = "quizzes.yaml"
HELP = "Say what is mistaken about it, so that it helps whoever chose it."


@pytest.mark.parametrize(
    ("old", "new", "findings"),
    [
        (
            "type: single-choice",
            "type: essay",
            [
                "2:5: `essay` is not known here. "
                "Use one of: single-choice, multiple-choice, true-false."
            ],
        ),
        ("    type: single-choice\n", "", ["2:5: the key `type` is missing. Add it."]),
        (
            "use: practice",
            "use: training",
            ["4:10: `training` is not known here. Use one of: practice, exam."],
        ),
        (
            "        text: At the cover",
            "        text: At the cover\n        corect: true",
            ["11:9: the key `corect` is not known here. Keys known here: id, text."],
        ),
        (
            "use: practice",
            "use: practice\n    topic: look",
            [
                "5:5: the key `topic` is not known here. Keys known here: id, type, use, level, "
                "outcome, prompt, options, key, explanation, feedback, sources."
            ],
        ),
        (
            "- handbook",
            "- book",
            ["21:9: there is no source `book`. Name one that the module has."],
        ),
        (
            "- id: cover-shows",
            "- id: first-look",
            ["22:9: the id `first-look` is there twice. Change or take out one."],
        ),
        (
            "      - id: stamps\n        text: At the stamps\n",
            "",
            ["8:5: there are fewer than 3 entries. Add what is missing."],
        ),
        (
            "      - id: stamps\n",
            "      - id: stamps\n        text: Twice\n      - id: stamps\n",
            ["15:13: the option `stamps` is there twice. Give each option an id of its own."],
        ),
        (
            "key: cover",
            "key: page",
            [
                "15:10: there is no option `page`. Use the id of an option.",
                f"17:5: the wrong option `cover` has no feedback. {HELP}",
            ],
        ),
        (
            "key: cover",
            "key: [cover]",
            ["15:10: text is expected here, not a list. Write it on the line of its key."],
        ),
        (
            "      - state\n    explanation",
            "      - state\n      - status\n    explanation",
            ["38:9: there is no option `status`. Use the id of an option."],
        ),
        (
            "      - state\n    explanation",
            "      - state\n      - emblem\n    explanation",
            ["38:9: `emblem` is there twice. Take one out."],
        ),
        (
            "      - state\n    explanation",
            "    explanation",
            ["35:5: there are fewer than 2 entries. Add what is missing."],
        ),
        (
            "      - state\n    explanation",
            "      - state\n      - holder\n    explanation",
            [
                "35:5: every option is right. Leave at least one option out of the key.",
                "41:7: `holder` is right and needs no feedback. "
                "Take it out; what makes it right belongs in the explanation.",
            ],
        ),
        (
            "      stamps: The stamps come last.\n",
            "",
            [f"17:5: the wrong option `stamps` has no feedback. {HELP}"],
        ),
        (
            "      stamps: The stamps come last.\n",
            "      stamps: The stamps come last.\n      stamp: No.\n",
            ["20:7: there is no option `stamp` to give feedback on. Use the id of a wrong option."],
        ),
        (
            "      stamps: The stamps come last.\n",
            "      stamps: The stamps come last.\n      Seal: No.\n",
            [
                "20:7: this is not an id. "
                "Use small letters a to z, digits and single hyphens between them."
            ],
        ),
        (
            "items:\n",
            "items:\n  - x\n",
            [
                "2:5: a group of keys is expected here, not text. "
                "Write `key: value`, each on a line of its own."
            ],
        ),
    ],
)
def test_what_can_be_wrong_with_items(old: str, new: str, findings: list[str]) -> None:
    assert told(changed_files(LOOK, old, new)) == [f"{LOOK}:{finding}" for finding in findings]


def test_no_is_text_and_no_truth_value() -> None:
    assert told(changed_files(ACT, "key: false", "key: no")) == [
        f"{ACT}:8:10: `true` or `false` is expected here, not text. Write it without quotes."
    ]


def test_an_item_on_no_outcome_is_told_and_missed_by_the_quiz() -> None:
    old, new = "outcome: look\n    prompt: What", "outcome: looks\n    prompt: What"

    assert told(changed_files(LOOK, old, new)) == [
        f"{LOOK}:26:14: there is no outcome `looks`. Name one that the module has.",
        f"{QUIZZES}:20:16: the count is 1, but the bank holds 0 with `use: exam` on `look`. "
        "Write more of them, or draw fewer.",
    ]


def test_items_of_two_topics_cannot_share_an_id() -> None:
    assert told(changed_files(ACT, "- id: accuse", "- id: first-look")) == [
        f"{LOOK}:2:9: the id `first-look` is there twice. Change or take out one."
    ]


DRAW = "      - outcome: act\n        count: 1\n"


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (
            "    lesson: looking\n",
            "",
            "8:5: a check belongs to a lesson. Add `lesson:` with its id.",
        ),
        (
            "    lesson: looking\n",
            "    lesson: seeing\n",
            "11:13: there is no lesson `seeing`. Name one that the module has.",
        ),
        (
            "kind: final\n",
            "kind: final\n    lesson: looking\n",
            "17:13: a final belongs to no lesson. Take the key out.",
        ),
        (
            "id: check-looking",
            "id: pre-test",
            "8:9: the id `pre-test` is there twice. Change or take out one.",
        ),
        (
            DRAW,
            DRAW.replace("1", "2"),
            "22:16: the count is 2, but the bank holds 1 with `use: exam` on `act`. "
            "Write more of them, or draw fewer.",
        ),
        (DRAW, DRAW + DRAW, "23:18: the id `act` is there twice. Change or take out one."),
        (
            DRAW,
            DRAW + DRAW.replace("act", "see"),
            "23:18: there is no outcome `see`. Name one that the module has.",
        ),
    ],
)
def test_what_can_be_wrong_with_quizzes(old: str, new: str, finding: str) -> None:
    assert told(changed_files(QUIZZES, old, new)) == [f"{QUIZZES}:{finding}"]


def test_a_quiz_that_draws_nothing_is_told() -> None:
    draws = "    draws:\n      - outcome: look\n        count: 1\n" + DRAW

    assert told(changed_files(QUIZZES, draws, "    draws: []\n")) == [
        f"{QUIZZES}:18:12: there is nothing in it. Fill it in."
    ]
