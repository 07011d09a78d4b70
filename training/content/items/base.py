"""What every type of item has."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, Literal

from training.content.fields import Id, Model, Prose
from training.content.findings import Path

ItemProblem = tuple[Path, str, str]
"""The way to a value inside the item, what is wrong with it, and what to do."""


class BaseItem(Model, ABC):
    """A question of the bank. An answer earns its one point or nothing.

    A response is a list of the option ids chosen. `prompt` and all other texts are plain text.
    """

    shuffles: ClassVar[bool]
    """Whether the options may be shown in another order than the written one."""

    id: Id
    type: str
    use: Literal["practice", "exam"]
    level: Literal["knowledge", "application"]
    outcome: Id
    prompt: Prose

    @abstractmethod
    def option_ids(self) -> list[str]:
        """Return what a learner can choose, in the written order."""

    @abstractmethod
    def right_response(self) -> list[str]:
        """Return the response that earns the point, in the written order."""

    @abstractmethod
    def has_right_number(self, chosen: int) -> bool:
        """Say whether so many options can be chosen in one response."""

    @abstractmethod
    def feedback_for(self, response: list[str]) -> list[str]:
        """Return the feedback on the wrong ideas in `response`, in the written order."""

    @abstractmethod
    def problems(self) -> Iterator[ItemProblem]:
        """Yield what is wrong with the item in itself."""

    def is_response(self, response: list[str]) -> bool:
        """Say whether `response` is well formed: known options, none twice, the right number."""
        return (
            self.has_right_number(len(response))
            and len(set(response)) == len(response)
            and set(response) <= set(self.option_ids())
        )

    def is_right(self, response: list[str]) -> bool:
        """Say whether `response` earns the point; the order of choosing does not matter."""
        return self.is_response(response) and set(response) == set(self.right_response())
