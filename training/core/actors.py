"""Who acts, and what their roles let them do. Every service takes its actor first, and every record
and filter names one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """The roles that a grant gives on a unit and all below it; a learner is everybody."""

    SUPERVISOR = "supervisor"
    TRAINER = "trainer"
    TRANSLATOR = "translator"
    REVIEWER = "reviewer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Ability(StrEnum):
    """What a role lets one do on the unit of its grant and all below it."""

    SEE_PROGRESS = "see-progress"
    SEE_RESULTS = "see-results"
    SEE_PEOPLE = "see-people"
    HAND_OUT_SLIPS = "hand-out-slips"
    KEEP_PEOPLE = "keep-people"
    APPOINT_SUPERVISORS = "appoint-supervisors"
    APPOINT = "appoint"
    KEEP_UNITS = "keep-units"
    READ_AUDIT = "read-audit"
    RUN = "run"
    AUTHOR = "author"


_OVERSEERS = (Role.SUPERVISOR, Role.COORDINATOR)
_KEEPERS = (Role.COORDINATOR, Role.ADMINISTRATOR)
MAY: Mapping[Ability, tuple[Role, ...]] = MappingProxyType(
    {
        Ability.SEE_PROGRESS: _OVERSEERS,
        Ability.SEE_RESULTS: (Role.COORDINATOR,),
        Ability.SEE_PEOPLE: (*_OVERSEERS, Role.ADMINISTRATOR),
        Ability.HAND_OUT_SLIPS: (*_OVERSEERS, Role.ADMINISTRATOR),
        Ability.KEEP_PEOPLE: _KEEPERS,
        Ability.APPOINT_SUPERVISORS: _KEEPERS,
        Ability.APPOINT: (Role.ADMINISTRATOR,),
        Ability.KEEP_UNITS: (Role.ADMINISTRATOR,),
        Ability.READ_AUDIT: (Role.ADMINISTRATOR,),
        Ability.RUN: (Role.ADMINISTRATOR,),
        Ability.AUTHOR: (Role.TRAINER,),
    }
)
"""Which roles give which ability: routes, row filters and the page that tells of it ask this."""
APPOINTED_BY: Mapping[Role, Ability] = MappingProxyType(
    {
        role: Ability.APPOINT_SUPERVISORS if role is Role.SUPERVISOR else Ability.APPOINT
        for role in Role
    }
)
"""Which ability it takes to grant a role, and to end it."""


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

    def units(self, ability: Ability) -> tuple[str, ...]:
        """Return the ids of the units from which the actor's roles with this ability reach down."""
        return tuple(sorted({held.unit for held in self.grants if held.role in MAY[ability]}))

    def may(self, ability: Ability) -> bool:
        """Tell whether the actor has this ability anywhere."""
        return bool(self.units(ability))


@dataclass(frozen=True)
class System:
    """Waypost itself, acting for a stated reason: a command, the clock, a decider."""

    reason: str

    @property
    def label(self) -> str:
        """How records name this actor."""
        return f"system:{self.reason}"


Actor = PersonActor | System
