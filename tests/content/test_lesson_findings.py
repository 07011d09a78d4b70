"""What can be wrong with a lesson, with its exact place."""

import pytest

from tests.content.module_folder import changed_files, told

FILE = "lessons/10-looking.md"
HTML = "HTML is not used here. Write Markdown, or `\\<` for the sign itself."
STRAY_ID = (
    "an id stands inside a block. "
    "Put it on a line of its own, from the first column, above a top-level block."
)


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (
            "---\nid: looking",
            "id: looking",
            "1:1: the file does not begin with a head. "
            "Begin it with `---`, then `id:` and the other keys, then `---`.",
        ),
        (
            "minutes: 5",
            "minutes: x: y",
            "4:11: a colon stands where none can. "
            "Put text that holds `: ` in quotes, and look at the indentation.",
        ),
        ("minutes: 5\n", "", "2:1: the key `minutes` is missing. Add it."),
        (
            "id: looking",
            "id: seeing",
            "2:5: the id is not that of the file's name, `looking`. Make the two the same.",
        ),
        (
            "minutes: 5",
            "minutes: 5\nnumber: 10",
            "5:1: the key `number` is not known here. "
            "Keys known here: id, title, minutes, outcomes, sources.",
        ),
        (
            "  - look\n",
            "  - see\n",
            "6:5: there is no outcome `see`. Name one that the module has.",
        ),
        (
            "  - handbook\n",
            "  - handbook\n  - handbook\n",
            "9:5: the id `handbook` is there twice. Change or take out one.",
        ),
        (
            "{#opening}\n",
            "",
            "10:1: the block has no id. Run `modules format`, which gives it one.",
        ),
        (
            "{#steps}\n",
            "",
            "16:1: the block has no id. Run `modules format`, which gives it one.",
        ),
        (
            "{#opening}",
            "{#Opening one}",
            "10:1: this is not an id. "
            "Use small letters a to z, digits and single hyphens between them.",
        ),
        (
            "{#order}",
            "{#opening}",
            "13:1: the id `opening` is there twice. Change or take out one.",
        ),
        (
            "{#order}",
            "{#order}\n{#other}",
            "13:1: no block follows the id `order`. Write one, or take it out.",
        ),
        (
            ":::\n",
            ":::\n\n{#end}\n",
            "30:1: no block follows the id `end`. Write one, or take it out.",
        ),
        ("## The order", "## The order {#x}", f"14:14: {STRAY_ID}"),
        ("2. The page", "2. The page\n   {#x}\n", f"19:4: {STRAY_ID}"),
        (
            "## The order",
            "# The order",
            "14:1: a heading of the first level is the lesson's title. Begin with `##`.",
        ),
        (
            "## The order",
            "#### The order",
            "14:1: a heading of level 4 follows one of level 1. Write `##`.",
        ),
        (
            "Always the same order.",
            "Always.\n\n#### The same",
            "29:1: a heading of level 4 follows one of level 2. Write `###`.",
        ),
        ("*Where* do you", "Do\nyou <br>", f"12:5: {HTML}"),
        ("*Where* do you", "Do\n<!-- you --> you", f"12:1: {HTML}"),
        ("2. The page", "2. The page\n\n   <div>page</div>", f"20:1: {HTML}"),
        (
            "| cover | emblem |",
            "| cover | [x](http://a.org) |",
            "23:11: the link does not lead to https. Begin its address with `https://`.",
        ),
        (
            "2. The page",
            "2. The\n   *[page](javascript:alert(1))*",
            "19:5: the link does not lead to https. Begin its address with `https://`.",
        ),
        (
            "2. The page",
            "2. <https://a.org>",
            "18:4: a bare address is no link. Write `[words](https://…)`.",
        ),
        (
            "Always the same order.",
            "Always ![the](https://a.org/a.png) same.",
            "27:8: pictures are not used here. Describe it in words.",
        ),
        (
            "::: key-point",
            "::: keypoint",
            "26:1: `keypoint` is no container. Use one of: key-point, warning, case, your-country.",
        ),
        (
            "::: key-point",
            "::: key-point now",
            "26:1: `key-point` takes no further words. Write `::: key-point`.",
        ),
        (
            "::: key-point",
            "::: your-country",
            "26:1: the container does not name one slot. Write `::: your-country <slot-id>`.",
        ),
        (
            "::: key-point",
            "::: your-country phone",
            "26:1: there is no slot `phone`. Name one that the module has.",
        ),
        (
            "order.\n:::\n",
            "order.\n",
            "26:1: the container `key-point` is not closed. Close it with a line `:::`.",
        ),
        (
            "order.\n:::\n",
            "order.\n:::\n:::\n",
            "29:1: `:::` closes nothing. Open a container above it, or take it out.",
        ),
        ("Always the same order.\n", "", "27:1: the text is empty. Fill it in."),
        (
            "Always the same order.",
            "  Always\n  ::: the same\n  order.",
            "28:3: a container stands inside a block. "
            "Put it after the block, from the first column.",
        ),
        (
            "You hold a passport. *Where* do you look **first**?",
            "  You hold it\n    - ",
            "11:1: the indentation of this block leaves its meaning unclear. "
            "Begin its first line in the first column.",
        ),
        (
            "You hold a passport.",
            "x" * 10_000,
            "11:1: the text has 10031 characters, more than 10000. Shorten it.",
        ),
        (
            "You hold",
            "You e" + "\u0323\u0301" * 16 + " hold",
            "11:36: more than 30 marks stand on one letter. Take them out.",
        ),
        (
            "You hold",
            "You \u2067hold",
            "11:5: the invisible character U+2067 turns the direction of the text around. "
            "Take it out; the direction follows from the script.",
        ),
    ],
)
def test_what_can_be_wrong_with_a_lesson(old: str, new: str, finding: str) -> None:
    assert told(changed_files(FILE, old, new)) == [f"{FILE}:{finding}"]
