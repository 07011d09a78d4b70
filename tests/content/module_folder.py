"""A small module, whole, sound and canonical, for tests to read and to damage."""

from collections.abc import Mapping

from training.content import folder

_MODULE = """\
id: small-module
title: Passports at a glance
summary: How to look at a passport, and what to do when something is not right.
audience: New officers.
language: en
minutes: 15
outcomes:
  - id: look
    text: Look at a passport in a fixed order.
  - id: act
    text: Act when a passport is not right.
requires:
  lessons: all
  quizzes:
    - final
pass_mark: 80
attempts: 3
validity_months: 24
sensitivity: One case speaks of threats.
slots:
  - id: hotline
    text: The number to call
review:
  legal:
    by: A. Lawyer
    on: 2026-01-31
  practitioner: null
  survivor-led: null
sources:
  - id: handbook
    title: Handbook
    publisher: A publisher
    year: 2024
    url: https://example.org/handbook
licence: CC-BY-4.0
"""

_LOOKING = """\
---
id: looking
title: Looking
minutes: 5
outcomes:
  - look
sources:
  - handbook
---
{#opening}
You hold a passport. *Where* do you look **first**?

{#order}
## The order

{#steps}
1. The cover
2. The page with the picture

{#table}
| Where | What |
|---|---|
| cover | emblem |

{#key}
::: key-point
Always the same order.
:::
"""

_ACTING = """\
---
id: acting
title: Acting
minutes: 10
outcomes:
  - act
sources: []
---
{#careful}
::: warning
Do not accuse anybody.
:::

{#amina}
::: case
Amina hands you her passport.

She looks at the man behind her.
:::

{#number}
::: your-country hotline
Ask your supervisor for the number.
:::
"""

_LOOK_ITEMS = """\
items:
  - id: first-look
    type: single-choice
    use: practice
    level: knowledge
    outcome: look
    prompt: Where do you look first?
    options:
      - id: cover
        text: At the cover
      - id: picture
        text: At the picture
      - id: stamps
        text: At the stamps
    key: cover
    explanation: The order is fixed.
    feedback:
      picture: The picture comes second.
      stamps: The stamps come last.
    sources:
      - handbook
  - id: cover-shows
    type: multiple-choice
    use: exam
    level: knowledge
    outcome: look
    prompt: What does the cover show? Choose all that apply.
    options:
      - id: emblem
        text: The emblem
      - id: state
        text: The name of the State
      - id: holder
        text: The name of the holder
    key:
      - emblem
      - state
    explanation: Emblem and State are on the cover.
    feedback:
      holder: The holder is named inside.
    sources: []
"""

_ACT_ITEMS = """\
items:
  - id: accuse
    type: true-false
    use: practice
    level: application
    outcome: act
    prompt: You say at once what you suspect.
    key: false
    explanation: You look first.
    feedback: Whoever is accused no longer tells you anything.
    sources: []
  - id: call
    type: true-false
    use: exam
    level: application
    outcome: act
    prompt: |
      The page with the picture is torn.

      You call your supervisor.
    key: true
    explanation: A second pair of eyes sees more.
    feedback: You need not decide alone.
    sources:
      - handbook
"""

_QUIZZES = """\
quizzes:
  - id: pre-test
    kind: pre-test
    title: Before you begin
    draws:
      - outcome: look
        count: 1
  - id: check-looking
    kind: check
    title: Check yourself
    lesson: looking
    draws:
      - outcome: look
        count: 1
  - id: final
    kind: final
    title: Final
    draws:
      - outcome: look
        count: 1
      - outcome: act
        count: 1
"""

_FILES = {
    "module.yaml": _MODULE,
    "lessons/10-looking.md": _LOOKING,
    "lessons/20-acting.md": _ACTING,
    "items/act.yaml": _ACT_ITEMS,
    "items/look.yaml": _LOOK_ITEMS,
    "quizzes.yaml": _QUIZZES,
}


def module_files() -> dict[str, bytes]:
    """Return the module's files by path: two lessons, items of all types, three quizzes."""
    return {file: text.encode() for file, text in _FILES.items()}


def changed_files(file: str, old: str, new: str) -> dict[str, bytes]:
    """Return the module's files with a text, found exactly once in one of them, replaced."""
    assert _FILES[file].count(old) == 1, f"{old!r} is not once in {file}"
    return {**module_files(), file: _FILES[file].replace(old, new).encode()}


def told(files: Mapping[str, bytes]) -> list[str]:
    """Return the findings in a folder, each as its line of text."""
    document, findings = folder.read(files)
    assert (document is None) == bool(findings)
    return [str(finding) for finding in findings]
