"""What can be done with somebody by a form of its own page: the one table of it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from training.core.actors import Ability
from training.core.forms import Form
from training.people import person_services, posting_services
from training.people.person_forms import (
    AbsenceForm,
    EndingForm,
    ErasureForm,
    NamesForm,
    NumberForm,
    ReleaseForm,
    ReturnForm,
    RoleForm,
    TransferForm,
)

ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Verb:
    """`do` takes actor, work, person and the values of the form. `needs` is what the reader's page
    of that person must say: kept, vouched, erasable or appoints. `place` is the ability that the
    reader has on the unit that is chosen first, ELSEWHERE for any agency or State, None where there
    is none; `refused_at` the field next to which a refusal stands."""

    title: str
    form: type[Form]
    do: Callable[..., object]
    done: str
    needs: str = "kept"
    place: str | None = None
    hint: str = ""
    refused_at: str = "on"
    button: str = _l("Save")


VERBS = {
    "transfer": Verb(
        _l("Post elsewhere"),
        TransferForm,
        posting_services.transfer,
        _l("They are posted there from that day on."),
        place=Ability.KEEP_PEOPLE,
        hint=_l(
            "What was planned from that day on gives way. Roles end, but those on units that the "
            "new post belongs to."
        ),
    ),
    "release": Verb(
        _l("Release to another agency or State"),
        ReleaseForm,
        posting_services.release,
        _l("They are released. They stay with you until the others accept them."),
        place=ELSEWHERE,
        hint=_l(
            "Those who keep people there see the name, and accept or decline. When they accept, "
            "what was planned from then on gives way, and roles with you end."
        ),
    ),
    "secondment": Verb(
        _l("Send on secondment"),
        AbsenceForm,
        posting_services.second,
        _l("They are on secondment from that day on."),
        place=Ability.KEEP_PEOPLE,
        hint=_l("Those who oversee that unit see them until they are back. They keep their roles."),
    ),
    "leave": Verb(
        _l("Leave"),
        AbsenceForm,
        posting_services.leave,
        _l("They are on leave from that day on."),
        hint=_l("They stay with their unit and keep their roles."),
    ),
    "return": Verb(
        _l("Bring back from leave or secondment"),
        ReturnForm,
        posting_services.bring_back,
        _l("They are back from that day on."),
    ),
    "ending": Verb(
        _l("Retirement, or leaving the service"),
        EndingForm,
        posting_services.end,
        _l("Their posting ends then."),
        hint=_l(
            "Their roles end. Their account, what they learned and their certificates stay theirs. "
            "Post them again if they come back."
        ),
    ),
    "number": Verb(
        _l("Give a service number"),
        NumberForm,
        person_services.give_number,
        _l("The number is theirs from today on."),
        hint=_l("It is that of the agency where they serve; one that they had there ends."),
        refused_at="number",
    ),
    "names": Verb(
        _l("Change names or e-mail"),
        NamesForm,
        person_services.rename,
        _l("The change is saved."),
        needs="vouched",
        hint=_l("Certificates that were issued keep the name that they were issued in."),
        refused_at="email",
    ),
    "role": Verb(
        _l("Grant a role"),
        RoleForm,
        person_services.grant,
        _l("The role is granted."),
        needs="appoints",
        place=Ability.APPOINT_SUPERVISORS,
        hint=_l("It reaches this unit and all below it."),
        refused_at="role",
    ),
    "erasure": Verb(
        _l("Erase who they are"),
        ErasureForm,
        person_services.erase,
        _l("They are erased."),
        needs="erasable",
        hint=_l(
            "Only where they ask for it. Names, address, service numbers and all ways of signing "
            "in are taken away, roles and postings end. What they did and the certificates that "
            "they were given stay, without a name. It can’t be undone."
        ),
        refused_at="agreed",
        button=_l("Erase them"),
    ),
}
