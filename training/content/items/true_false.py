"""True or false: the prompt is a statement, to be judged."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from training.content.fields import Id, Ids, Prose
from training.content.items.base import BaseItem, ItemProblem


class TrueFalse(BaseItem):
    """A statement that is true or false, as `key` says; one feedback for whoever misjudged it."""

    shuffles: ClassVar[bool] = False

    type: Literal["true-false"]
    key: bool
    explanation: Prose
    feedback: Prose
    sources: Ids
    topic: Id

    def option_ids(self) -> list[str]:
        """Return `true` and `false`."""
        return ["true", "false"]

    def right_response(self) -> list[str]:
        """Return `["true"]` or `["false"]`."""
        return ["true" if self.key else "false"]

    def has_right_number(self, chosen: int) -> bool:
        """One of the two."""
        return chosen == 1

    def feedback_for(self, response: list[str]) -> list[str]:
        """Return the feedback if `response` misjudges the statement."""
        misjudged = self.is_response(response) and not self.is_right(response)
        return [self.feedback] if misjudged else []

    def problems(self) -> Iterator[ItemProblem]:
        """Yield nothing: whatever fits the schema is sound."""
        return iter(())
