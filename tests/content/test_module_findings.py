"""What can be wrong with `module.yaml`, with its exact place."""

import pytest

from tests.content.module_folder import changed_files, told

FILE = "module.yaml"
TITLE = "title: Passports at a glance"


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("minutes: 15\n", "", "1:1: the key `minutes` is missing. Add it."),
        (
            "minutes: 15",
            "minutes: 15\nminuts: 1",
            "7:1: the key `minuts` is not known here. Did you mean `minutes`?",
        ),
        (
            "    url: https",
            "    zebra: https",
            "34:5: the key `zebra` is not known here. "
            "Keys known here: id, title, publisher, year, url.",
        ),
        (
            "minutes: 15",
            'minutes: "15"',
            "6:10: a whole number is expected here, not text. Write it in digits, without quotes.",
        ),
        (
            "minutes: 15",
            "minutes: 1.5",
            "6:10: a whole number is expected here, not a number of another kind. "
            "Write it in digits, without quotes.",
        ),
        (
            "minutes: 15",
            "minutes: true",
            "6:10: a whole number is expected here, not a truth value. "
            "Write it in digits, without quotes.",
        ),
        (
            "minutes: 15",
            "minutes:",
            "6:1: a whole number is expected here, but there is nothing. Fill it in.",
        ),
        ("minutes: 15", "minutes: 0", "6:10: 0 is too small. Write 1 or more."),
        ("minutes: 15", "minutes: 1001", "6:10: 1001 is too large. Write 1000 or less."),
        (
            TITLE,
            "title: 1.10",
            "2:8: text is expected here, not a number of another kind. Put it in quotes.",
        ),
        (TITLE, "title: 12", "2:8: text is expected here, not a whole number. Put it in quotes."),
        (
            TITLE,
            "title: [a]",
            "2:8: text is expected here, not a list. Write it on the line of its key.",
        ),
        (TITLE, 'title: "  "', "2:8: the text is empty. Fill it in."),
        (
            TITLE,
            "title: " + "x" * 151,
            "2:8: the text has 151 characters, more than 150. Shorten it.",
        ),
        (
            TITLE,
            "title: |\n  a\n  b",
            "2:8: the text goes over several lines. Write it on one line.",
        ),
        (
            TITLE,
            "title: a\u202eb",
            "2:9: the invisible character U+202E turns the direction of the text around. "
            "Take it out; the direction follows from the script.",
        ),
        (
            TITLE,
            'title: "a\\u2066b"',
            "2:8: the invisible character U+2066 turns the direction of the text around. "
            "Take it out; the direction follows from the script.",
        ),
        (TITLE, "title: a\0b", "2:9: the character U+0000 may not stand in text. Take it out."),
        (TITLE, "title: ab\x1b", "2:10: the character U+001B may not stand in text. Take it out."),
        (TITLE, 'title: "a\\0"', "2:8: the character U+0000 may not stand in text. Take it out."),
        (
            TITLE,
            'title: "a\\ud800b"',
            "2:8: the text holds one half of a character (a lone surrogate). Take it out.",
        ),
        (
            TITLE,
            "title: a: b",
            "2:9: a colon stands where none can. "
            "Put text that holds `: ` in quotes, and look at the indentation.",
        ),
        (
            TITLE,
            "title: *a",
            "2:8: anchors and aliases (`&`, `*`) are not used here. Write the value out.",
        ),
        (TITLE, f"{TITLE}\n{TITLE}", "3:1: the key `title` is there twice. Take one out."),
        (
            "id: small-module",
            "id: Small_Module",
            "1:5: this is not an id. "
            "Use small letters a to z, digits and single hyphens between them.",
        ),
        (
            "language: en",
            "language: English",
            "5:11: this is not a language tag. Write it as in `en`, `fa-AF` or `zh-Hans`.",
        ),
        (
            "https://example.org/handbook",
            "http://example.org/handbook",
            "34:10: this is not a web address. Begin it with `https://`.",
        ),
        (
            "2026-01-31",
            "2026-02-31",
            "26:9: this is not a day. Write year, month and day as in `2026-01-31`.",
        ),
        (
            "  practitioner: null",
            "  practitioner: Mr X",
            "27:17: a group of keys is expected here, not text. "
            "Write `key: value`, each on a line of its own.",
        ),
        (
            "outcomes:\n  - id: look\n    text: Look at a passport in a fixed order.\n"
            "  - id: act\n    text: Act when a passport is not right.\n",
            "outcomes: look\n",
            "7:11: a list is expected here, not text. "
            "Write each entry on a line of its own after `- `.",
        ),
        (
            "  lessons: all",
            "  lessons: every",
            "13:12: `every` is not known here. Use one of: all.",
        ),
        (
            "  lessons: all",
            "  lessons:\n    - looking\n    - nowhere",
            "15:7: there is no lesson `nowhere`. Name one that the module has.",
        ),
        (
            "  lessons: all",
            "  lessons:\n    - acting\n    - acting",
            "15:7: the id `acting` is there twice. Change or take out one.",
        ),
        (
            "    - final",
            "    - final\n    - finale",
            "16:7: there is no quiz `finale`. Name one that the module has.",
        ),
        (
            "    - final",
            "    - final\n    - pre-test",
            "16:7: `pre-test` is a pre-test, which is never required. Require a check or a final.",
        ),
        (
            "  - id: act\n    text: Act when a passport is not right.\n",
            "  - id: act\n    text: Act.\n  - id: more\n    text: More.\n",
            "12:9: the outcome `more` is not assessed. "
            "Draw items on it in a quiz that is required.",
        ),
        (
            "  - id: act\n",
            "  - id: act\n    text: Twice.\n  - id: act\n",
            "12:9: the id `act` is there twice. Change or take out one.",
        ),
        (
            "  - id: hotline\n",
            "  - id: hotline\n    text: Twice.\n  - id: hotline\n",
            "23:9: the id `hotline` is there twice. Change or take out one.",
        ),
        (
            "sources:\n",
            "sources:\n  - id: handbook\n    title: A\n    publisher: B\n",
            "33:9: the id `handbook` is there twice. Change or take out one.",
        ),
    ],
)
def test_what_can_be_wrong_with_the_module(old: str, new: str, finding: str) -> None:
    assert told(changed_files(FILE, old, new)) == [f"{FILE}:{finding}"]
