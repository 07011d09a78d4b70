"""Multiple choice: several options are right, and all of them are to be found."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from training.content.fields import Id
from training.content.findings import quoted
from training.content.items.base import ItemProblem
from training.content.items.choices import ChoiceItem


class MultipleChoice(ChoiceItem):
    """An item of which at least two options are right, but not all; `key` holds their ids."""

    type: Literal["multiple-choice"]
    key: Annotated[tuple[Id, ...], Field(min_length=2, max_length=6)]

    def key_ids(self) -> tuple[str, ...]:
        """Return the ids in the key, as written."""
        return self.key

    def has_right_number(self, chosen: int) -> bool:
        """Any number from one up to all of them: how many are right is not given away."""
        return 1 <= chosen <= len(self.options)

    def problems(self) -> Iterator[ItemProblem]:
        """Yield what is wrong with options, key and feedback."""
        yield from super().problems()
        for position, option in enumerate(self.key):
            if option not in self.option_ids():
                yield (
                    ("key", position),
                    f"there is no option {quoted(option)}",
                    "Use the id of an option",
                )
            elif option in self.key[:position]:
                yield ("key", position), f"{quoted(option)} is there twice", "Take one out"
        if not self.wrong_options():
            yield ("key",), "every option is right", "Leave at least one option out of the key"
