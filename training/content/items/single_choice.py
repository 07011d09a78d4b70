"""Single choice: one of the options is right."""

from collections.abc import Iterator
from typing import Literal

from training.content.fields import Id
from training.content.findings import quoted
from training.content.items.base import ItemProblem
from training.content.items.choices import ChoiceItem


class SingleChoice(ChoiceItem):
    """An item of which one option is right; `key` is its id."""

    type: Literal["single-choice"]
    key: Id

    def key_ids(self) -> tuple[str, ...]:
        """Return the one id in the key."""
        return (self.key,)

    def has_right_number(self, chosen: int) -> bool:
        """One option, no more."""
        return chosen == 1

    def problems(self) -> Iterator[ItemProblem]:
        """Yield what is wrong with options, key and feedback."""
        yield from super().problems()
        if self.key not in self.option_ids():
            yield ("key",), f"there is no option {quoted(self.key)}", "Use the id of an option"
