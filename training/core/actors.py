"""Who acts. Every service takes its actor first, and every record and filter names one."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles that a grant gives on a unit and all below it; a learner is everybody."""

    SUPERVISOR = "supervisor"
    TRAINER = "trainer"
    TRANSLATOR = "translator"
    REVIEWER = "reviewer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Held:
    """A grant as the actor carries it: the role and the unit from which it reaches down."""

    role: Role
    unit: str


@dataclass(frozen=True)
class PersonActor:
    """A signed-in person, as one SELECT found them when the request began."""

    id: str
    name: str
    language: str
    grants: tuple[Held, ...]
    session: str
    csrf: str
    notice_accepted: bool

    @property
    def label(self) -> str:
        """How records name this actor."""
        return f"person:{self.id}"

    def units(self, *roles: Role) -> tuple[str, ...]:
        """Return the ids of the units on which the actor holds one of `roles`."""
        return tuple(sorted({held.unit for held in self.grants if held.role in roles}))

    def holds(self, *roles: Role) -> bool:
        """Tell whether the actor holds one of `roles` anywhere."""
        return bool(self.units(*roles))


@dataclass(frozen=True)
class System:
    """Waypost itself, acting for a stated reason: a command, the clock, a decider."""

    reason: str

    @property
    def label(self) -> str:
        """How records name this actor."""
        return f"system:{self.reason}"


Actor = PersonActor | System
