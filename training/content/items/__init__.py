"""Items: the questions of a module's bank, and how each type is answered and graded.

A response is a list of option ids. The answer earns one point or none. A new type is a module
here with a class over `BaseItem`, and a name in `Item`.
"""

from typing import Annotated

from pydantic import Field

from training.content.items.multiple_choice import MultipleChoice
from training.content.items.single_choice import SingleChoice
from training.content.items.true_false import TrueFalse

Item = Annotated[SingleChoice | MultipleChoice | TrueFalse, Field(discriminator="type")]
"""An item of any type."""


def option_ids(item: Item) -> list[str]:
    """Return what a learner can choose, in the written order."""
    return item.option_ids()


def shuffles(item: Item) -> bool:
    """Say whether the options may be shown in another order than the written one."""
    return item.shuffles


def is_response(item: Item, response: list[str]) -> bool:
    """Say whether `response` is well formed: known options, none twice, the right number."""
    return item.is_response(response)


def is_right(item: Item, response: list[str]) -> bool:
    """Say whether `response` earns the point; one that is not well formed never does."""
    return item.is_right(response)


def right_response(item: Item) -> list[str]:
    """Return the response that earns the point."""
    return item.right_response()


def feedback_for(item: Item, response: list[str]) -> list[str]:
    """Return the feedback on the wrong ideas in `response`, in the written order."""
    return item.feedback_for(response)
