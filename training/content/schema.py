"""The schema of a module: what a version holds, and its canonical JSON.

What refers to what is not looked at here but in `checks`.
"""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from training.content.fields import (
    Address,
    Day,
    Id,
    Ids,
    Language,
    Line,
    Markdown,
    Model,
    Prose,
    Title,
)
from training.content.items import Item
from training.core.canonical import canonical_json, sha256_hex

MODULE_FILE = "module.yaml"
QUIZZES_FILE = "quizzes.yaml"

NOT_WRITTEN = frozenset({"number", "blocks", "topic"})
"""Fields that are no keys in any file: the file's name or its Markdown holds them."""

BlockKind = Literal["heading", "text", "key-point", "warning", "case", "your-country"]
Minutes = Annotated[int, Field(ge=1, le=1_000)]


class Outcome(Model):
    """What whoever completes the module can do; everything assessed names one."""

    id: Id
    text: Line


class Requires(Model):
    """What completes the module: lessons marked done, and quizzes passed."""

    lessons: Annotated[
        Annotated[Literal["all"], Tag("all")] | Annotated[Ids, Tag("some")],
        Discriminator(lambda value: "all" if isinstance(value, str) else "some"),
    ]
    quizzes: Ids


class Slot(Model):
    """What an agency fills in for its own country."""

    id: Id
    text: Line


class SignOff(Model):
    """Who reviewed the module, and when."""

    by: Line
    on: Day


class Review(Model):
    """The state of review by kind; None is not yet reviewed."""

    legal: SignOff | None
    practitioner: SignOff | None
    survivor_led: SignOff | None = Field(alias="survivor-led")


class Source(Model):
    """What the teaching rests on."""

    id: Id
    title: Line
    publisher: Line
    year: Annotated[int, Field(ge=1800, le=2100)] | None = None
    url: Address | None = None


class ModuleFacts(Model):
    """What `module.yaml` says of the module as a whole. `pass_mark` is in percent."""

    id: Id
    title: Title
    summary: Prose
    audience: Prose
    language: Language
    minutes: Minutes
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1, max_length=50)]
    requires: Requires
    pass_mark: Annotated[int, Field(ge=1, le=100)]
    attempts: Annotated[int, Field(ge=1, le=20)]
    validity_months: Annotated[int, Field(ge=1, le=120)]
    sensitivity: Prose | None = None
    slots: Annotated[tuple[Slot, ...], Field(max_length=50)] = ()
    review: Review
    sources: Annotated[tuple[Source, ...], Field(max_length=200)] = ()
    licence: Line


class Block(Model):
    """An addressable part of a lesson: one Markdown block, or the Markdown inside a container.

    `slot` is the national slot of a block of the kind `your-country`, and None for all others.
    """

    id: Id
    kind: BlockKind
    text: Markdown
    slot: Id | None = None


class LessonFacts(Model):
    """What stands at the head of a lesson's file."""

    id: Id
    title: Title
    minutes: Minutes
    outcomes: Ids
    sources: Ids


class Lesson(LessonFacts):
    """A lesson. `number` gives it its place and begins the name of its file."""

    number: Annotated[int, Field(ge=1, le=99)]
    blocks: Annotated[tuple[Block, ...], Field(min_length=1, max_length=300)]

    @property
    def file(self) -> str:
        """The name of its file in the module's folder."""
        return f"lessons/{self.number:02d}-{self.id}.md"


class ItemFile(Model):
    """What a file of the bank holds."""

    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=500)]


class Draw(Model):
    """How many items on one outcome a quiz takes."""

    outcome: Id
    count: Annotated[int, Field(ge=1, le=50)]


class Quiz(Model):
    """A set of items drawn by outcome; `lesson` is that of a check, and None for all others."""

    id: Id
    kind: Literal["pre-test", "check", "final"]
    title: Title
    lesson: Id | None = None
    draws: Annotated[tuple[Draw, ...], Field(min_length=1, max_length=50)]

    @property
    def use(self) -> Literal["practice", "exam"]:
        """The use of the items that it draws."""
        return "exam" if self.kind == "final" else "practice"


class QuizFile(Model):
    """What `quizzes.yaml` holds."""

    quizzes: Annotated[tuple[Quiz, ...], Field(max_length=200)]


class Document(Model):
    """One version of a module, whole. Lessons stand by number, items by topic."""

    model_config = ConfigDict(ignored_types=(cached_property,))

    module: ModuleFacts
    lessons: Annotated[tuple[Lesson, ...], Field(min_length=1, max_length=99)]
    items: Annotated[tuple[Item, ...], Field(max_length=1_000)]
    quizzes: Annotated[tuple[Quiz, ...], Field(max_length=200)]

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        numbers = [lesson.number for lesson in self.lessons]
        topics = [item.topic for item in self.items]
        if numbers != sorted(set(numbers)):
            raise ValueError("lessons stand by number, each with its own")
        if topics != sorted(topics):
            raise ValueError("items stand by topic")
        return self

    @classmethod
    def from_canonical(cls, text: str) -> Self:
        """Return the document of a canonical JSON text. Raises ValueError if it is none."""
        return cls.model_validate_json(text)

    def __copy__(self) -> Self:
        """A changed copy works out its own digest and look-ups."""
        copied = super().__copy__()
        for name in set(vars(copied)) - set(type(self).model_fields):
            del vars(copied)[name]
        return copied

    def canonical(self) -> str:
        """Return the canonical JSON text: equal documents give equal bytes."""
        return canonical_json(self.model_dump(mode="json", exclude_defaults=True))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the canonical JSON text, in hexadecimal digits."""
        return sha256_hex(self.canonical())

    def lesson(self, id: str) -> Lesson:
        """Return the lesson with this id. Raises KeyError if there is none."""
        return self._lessons[id]

    def item(self, id: str) -> Item:
        """Return the item with this id. Raises KeyError if there is none."""
        return self._items[id]

    def quiz(self, id: str) -> Quiz:
        """Return the quiz with this id. Raises KeyError if there is none."""
        return self._quizzes[id]

    def outcome(self, id: str) -> Outcome:
        """Return the outcome with this id. Raises KeyError if there is none."""
        return self._outcomes[id]

    def required_lessons(self) -> tuple[str, ...]:
        """Return the ids of the lessons that completion asks for."""
        required = self.module.requires.lessons
        if required == "all":
            return tuple(lesson.id for lesson in self.lessons)
        return required

    def required_quizzes(self) -> tuple[str, ...]:
        """Return the ids of the quizzes that completion asks for."""
        return self.module.requires.quizzes

    @cached_property
    def _lessons(self) -> dict[str, Lesson]:
        return {lesson.id: lesson for lesson in self.lessons}

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def _quizzes(self) -> dict[str, Quiz]:
        return {quiz.id: quiz for quiz in self.quizzes}

    @cached_property
    def _outcomes(self) -> dict[str, Outcome]:
        return {outcome.id: outcome for outcome in self.module.outcomes}


def topic_file(topic: str) -> str:
    """Return the name of the file that holds the items of a topic."""
    return f"items/{topic}.yaml"
