"""What single-choice and multiple-choice items share: options, and feedback on the wrong ones."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from training.content.fields import Id, Ids, Line, Model, Prose
from training.content.findings import KEY, quoted
from training.content.items.base import BaseItem, ItemProblem


class Option(Model):
    """One of the answers to choose from."""

    id: Id
    text: Line


class ChoiceItem(BaseItem):
    """An item with three to six options, and feedback on each wrong one."""

    shuffles: ClassVar[bool] = True

    options: Annotated[tuple[Option, ...], Field(min_length=3, max_length=6)]
    key: Id | Ids
    explanation: Prose
    feedback: Annotated[dict[Id, Prose], Field(max_length=6)]
    sources: Ids
    topic: Id

    @abstractmethod
    def key_ids(self) -> tuple[str, ...]:
        """Return the ids in the key, as written."""

    def option_ids(self) -> list[str]:
        """Return what a learner can choose, in the written order."""
        return [option.id for option in self.options]

    def right_response(self) -> list[str]:
        """Return the response that earns the point, in the written order."""
        return [option for option in self.option_ids() if option in self.key_ids()]

    def wrong_options(self) -> list[str]:
        """Return the options that are not in the key, in the written order."""
        return [option for option in self.option_ids() if option not in self.key_ids()]

    def feedback_for(self, response: list[str]) -> list[str]:
        """Return the feedback on each wrong option in `response`, in the written order."""
        return [
            self.feedback[option]
            for option in self.wrong_options()
            if option in response and option in self.feedback
        ]

    def problems(self) -> Iterator[ItemProblem]:
        """Yield what is wrong with options and feedback."""
        options = self.option_ids()
        for position, option in enumerate(options):
            if option in options[:position]:
                yield (
                    ("options", position, "id"),
                    f"the option {quoted(option)} is there twice",
                    "Give each option an id of its own",
                )
        for option in self.wrong_options():
            if option not in self.feedback:
                yield (
                    ("feedback",),
                    f"the wrong option {quoted(option)} has no feedback",
                    "Say what is mistaken about it, so that it helps whoever chose it",
                )
        for option in self.feedback:
            if option not in options:
                yield (
                    ("feedback", option, KEY),
                    f"there is no option {quoted(option)} to give feedback on",
                    "Use the id of a wrong option",
                )
            elif option in self.key_ids():
                yield (
                    ("feedback", option, KEY),
                    f"{quoted(option)} is right and needs no feedback",
                    "Take it out; what makes it right belongs in the explanation",
                )
