"""Who may see what, and who may do what to it. The mechanism; each app declares its permissions in `permissions.py`.

A membership of a case grants, and an appointment in the agency that leads it; nothing else does, but a record that was
sent to somebody outside (`declare_reach`), to whom it is shown alone and on pages made for them. There is no superuser,
no object without an owner, and no `except` in this file: what is unknown is denied, loudly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models.base import Handling
from cases.models.client import Client
from cases.models.membership import Membership, Role
from cases.models.user import Appointment, AppointmentRole, User
from cases.refusals import Forbidden, NotVisible

if TYPE_CHECKING:
    from cases.models.case import Case

#: Whoever may be named in the ledger and asked what they may: a person, a partner's program, or nobody yet.
Person: TypeAlias = User | Client | AnonymousUser
#: What a client holds in its agency, so that permissions can name it. It is no role that people have.
CLIENT: Final = "client"

#: Which handlings a role sees. A role that is not here sees no case: analysts see what is sent to their laboratory,
#: administrators see accounts.
SEES: dict[str, frozenset[str]] = {
    Role.INVESTIGATOR: frozenset({Handling.OPEN, Handling.INVESTIGATION}),
    Role.ANTHROPOLOGIST: frozenset({Handling.OPEN, Handling.INVESTIGATION}),
    Role.CUSTODIAN: frozenset({Handling.OPEN, Handling.INVESTIGATION}),
    Role.PROSECUTOR: frozenset({Handling.OPEN, Handling.INVESTIGATION}),
    Role.SUPERVISOR: frozenset({Handling.OPEN, Handling.INVESTIGATION}),
    Role.LIAISON: frozenset({Handling.OPEN, Handling.HUMANITARIAN}),
    Role.AUDITOR: frozenset({Handling.OPEN, Handling.INVESTIGATION, Handling.HUMANITARIAN}),
}
#: Appointments that reach into every case the agency leads, and the role they give there.
REACHES_CASES = {AppointmentRole.SUPERVISOR: Role.SUPERVISOR, AppointmentRole.AUDITOR: Role.AUDITOR}

_permissions: dict[str, frozenset[str]] = {}

#: Says which records of a kind somebody reaches who does not work on their case; None says that there are none.
Which = Callable[[User], "Q | None"]


@dataclass(frozen=True, slots=True)
class Reach:
    """In which role, and to which records of one kind, people come whom something of a case was sent to."""

    role: str
    which: Which


_reaches: dict[str, Reach] = {}


class UnknownPermission(LookupError):
    """A permission nobody declared: a mistake in the program, never a yes."""


def declare(permissions: dict[str, Iterable[str]]) -> None:
    """Add an app's permissions and the roles that have them."""
    for name, roles in permissions.items():
        if name in _permissions:
            raise ValueError(f"permission {name} is declared twice")
        _permissions[name] = frozenset(str(role) for role in roles)


def roles_with(permission: str) -> frozenset[str]:
    """Return the roles that have this permission."""
    if permission not in _permissions:
        raise UnknownPermission(permission)
    return _permissions[permission]


def declared() -> dict[str, frozenset[str]]:
    """Return every permission with its roles, for the table in the documentation and the tests."""
    return dict(sorted(_permissions.items()))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person holds today: roles by case, by agency whose cases they reach, and by agency."""

    by_case: dict[UUID, frozenset[str]] = field(default_factory=dict)
    by_lead_agency: dict[UUID, frozenset[str]] = field(default_factory=dict)
    by_agency: dict[UUID, frozenset[str]] = field(default_factory=dict)

    @property
    def in_agencies(self) -> frozenset[str]:
        """Return what is held in any agency."""
        return frozenset().union(*self.by_agency.values())

    def roles_in(self, case: Case) -> frozenset[str]:
        """Return the roles held in one case."""
        return self.by_case.get(case.id, frozenset()) | self.by_lead_agency.get(
            case.lead_agency_id, frozenset()
        )

    def every_role(self) -> frozenset[str]:
        """Return every role held anywhere."""
        return self.in_agencies.union(*self.by_case.values(), *self.by_lead_agency.values())


def standing(user: Person) -> Standing:
    """Return what this person holds today; read once per request and user object.

    A client holds nothing in any case: what it sees of one comes from agreements only.
    """
    if not isinstance(user, (User, Client)) or not user.is_active:
        return Standing()
    known: Standing | None = getattr(user, "_taphos_standing", None)
    if known is None:
        known = _read_standing(user) if isinstance(user, User) else _standing_of(user)
        user._taphos_standing = known  # type: ignore[union-attr]
    return known


def as_role(case: Case, role: str) -> User:
    """Return somebody who holds one role in one case and nothing else, for what is made for no person."""
    nobody = User(full_name=str(Role(role).label))
    nobody._taphos_standing = Standing(by_case={case.id: frozenset({role})})  # type: ignore[attr-defined]
    return nobody


def forget_standing(user: Person) -> None:
    """Read the person's standing anew at the next question, after it was changed."""
    if hasattr(user, "_taphos_standing"):
        del user._taphos_standing


def _lasting(today: Any) -> Q:
    return Q(from_on__lte=today) & (Q(until_on__isnull=True) | Q(until_on__gte=today))


def _standing_of(client: Client) -> Standing:
    return Standing(by_agency={client.agency_id: frozenset({CLIENT})})


def _read_standing(user: User) -> Standing:
    today = timezone.localdate()
    by_case: dict[UUID, set[str]] = {}
    rows = Membership.objects.filter(_lasting(today), user=user, withdrawn_at__isnull=True)
    for case_id, role in rows.values_list("case_id", "role"):
        by_case.setdefault(case_id, set()).add(role)
    by_agency: dict[UUID, set[str]] = {}
    held: dict[UUID, set[str]] = {}
    for agency_id, role in Appointment.objects.filter(_lasting(today), user=user).values_list(
        "agency_id", "role"
    ):
        held.setdefault(agency_id, set()).add(role)
        if role in REACHES_CASES:
            by_agency.setdefault(agency_id, set()).add(REACHES_CASES[AppointmentRole(role)])
    return Standing(
        by_case={case: frozenset(roles) for case, roles in by_case.items()},
        by_lead_agency={agency: frozenset(roles) for agency, roles in by_agency.items()},
        by_agency={agency: frozenset(roles) for agency, roles in held.items()},
    )


def roles_in(user: Person, case: Case) -> frozenset[str]:
    """Return the roles this person holds in a case today."""
    return standing(user).roles_in(case)


def handlings_seen(roles: Iterable[str]) -> frozenset[str]:
    """Return the handlings that somebody with these roles sees."""
    return frozenset().union(*(SEES.get(role, frozenset()) for role in roles))


def visible_cases(cases: QuerySet[Any], user: Person) -> Any:
    """Narrow cases to those this person sees."""
    held = standing(user)
    seen = [case for case, roles in held.by_case.items() if handlings_seen(roles)]
    agencies = [agency for agency, roles in held.by_lead_agency.items() if handlings_seen(roles)]
    if not seen and not agencies:
        return cases.none()
    return (
        cases.filter(Q(id__in=seen) | Q(lead_agency__in=agencies)) if agencies else cases.filter(id__in=seen)
    )


def sees_one_case(user: Person) -> bool:
    """Say whether this person sees one case at most."""
    from cases.models.case import Case

    return len(visible_cases(Case.objects.order_by(), user).values_list("pk")[:2]) < 2


def visible(records: QuerySet[Any], user: Person) -> Any:
    """Narrow case-owned records to those this person sees."""
    return scope(user).rows(records)


@dataclass(frozen=True, slots=True)
class Scope:
    """The cases that somebody sees something of, with the roles held in each: read once by a page that asks often."""

    roles: dict[UUID, frozenset[str]]

    def among(self, roles: Iterable[str]) -> Scope:
        """Return the part of it in which one of these roles is held."""
        wanted = frozenset(str(role) for role in roles)
        return Scope({case: held for case, held in self.roles.items() if held & wanted})

    def rows(self, records: QuerySet[Any]) -> Any:
        """Narrow case-owned records, or cases, to those seen.

        The cases are put into the query as literal identifiers, grouped by the handlings seen in them, so that the
        planner meets an index condition and not a join.
        """
        key = "id" if records.model._meta.label_lower == "cases.case" else "case_id"
        groups: dict[frozenset[str], list[UUID]] = {}
        for case_id, roles in self.roles.items():
            groups.setdefault(handlings_seen(roles) if key == "case_id" else frozenset(), []).append(case_id)
        if not groups:
            return records.none()
        condition = Q()
        for handlings, case_ids in groups.items():
            where = Q(**{key: case_ids[0]}) if len(case_ids) == 1 else Q(**{f"{key}__in": case_ids})
            if handlings and handlings != frozenset(Handling.values):
                where &= Q(handling__in=sorted(handlings))
            condition |= where
        return records.filter(condition)


def scope(user: Person) -> Scope:
    """Return what this person sees today."""
    from cases.models.case import Case

    held = standing(user)
    roles = dict(held.by_case)
    if held.by_lead_agency:
        led = Case.objects.filter(lead_agency__in=held.by_lead_agency).values_list("id", "lead_agency_id")
        for case_id, agency_id in led:
            roles[case_id] = roles.get(case_id, frozenset()) | held.by_lead_agency[agency_id]
    return Scope({case: held_there for case, held_there in roles.items() if handlings_seen(held_there)})


def sees(user: Person, record: Any) -> bool:
    """Say whether this person may know that the record exists."""
    handlings = handlings_seen(roles_in(user, record.case))
    return getattr(record, "handling", Handling.OPEN) in handlings


def hidden_fields(user: Person, record: Any) -> frozenset[str]:
    """Name the fields of a visible record that this person may not see."""
    hidden: frozenset[str] = record.fields_hidden_from(roles_in(user, record.case))
    return hidden


def ever_hidden(user: Person, model: Any, path: str) -> bool:
    """Say whether a field, reached over references (`find__remarks`), may be withheld from this person on some record.

    Lists are neither searched, nor sorted, nor filtered by such a field.
    """
    held = standing(user)
    sets_of_roles = {*held.by_case.values(), *held.by_lead_agency.values()}
    for name in path.lstrip("^=@").split("__"):
        hidden = getattr(model, "fields_ever_hidden_from", None)
        if hidden is not None and any(name in hidden(roles) for roles in sets_of_roles):
            return True
        field = {field.name: field for field in model._meta.get_fields()}.get(name)
        if field is None or field.related_model is None:
            return False
        model = field.related_model
    return False


def may(user: Person, permission: str, case: Case | None = None) -> bool:
    """Say whether this person has the permission: in the case, or without one, by any appointment in an agency."""
    allowed = roles_with(permission)
    held = standing(user)
    roles = held.in_agencies if case is None else held.roles_in(case)
    return bool(roles & allowed)


def holds_in(user: Person, agency_id: UUID) -> frozenset[str]:
    """Return what this person is appointed to in one agency."""
    return standing(user).by_agency.get(agency_id, frozenset())


def may_somewhere(user: Person, permission: str) -> bool:
    """Say whether there is any case or agency in which this person has the permission; for menus and add buttons."""
    return bool(standing(user).every_role() & roles_with(permission))


def cases_where(user: Person, permission: str) -> QuerySet[Any]:
    """Return the cases in which this person has the permission."""
    from cases.models.case import Case

    allowed = roles_with(permission)
    held = standing(user)
    ids = [case for case, roles in held.by_case.items() if roles & allowed]
    agencies = [agency for agency, roles in held.by_lead_agency.items() if roles & allowed]
    return Case.objects.filter(Q(id__in=ids) | Q(lead_agency__in=agencies))


def declare_reach(kind: str, role: str, which: Which) -> None:
    """Let people reach some records of a kind (`evidence.referral`) in a role, and nothing else of the case.

    `visible_to` does not hold what is only reached: no list, count, search or choice made for the case's team shows it.
    """
    if kind in _reaches:
        raise ValueError(f"the reach of {kind} is declared twice")
    _reaches[kind] = Reach(role, which)


def reached(records: QuerySet[Any], user: Person) -> Any:
    """Narrow records to those that this person reaches besides the cases they work on."""
    reach = _reaches.get(records.model._meta.label_lower)
    which = reach.which(user) if reach is not None and isinstance(user, User) and user.is_active else None
    return records.none() if which is None else records.filter(which)


def roles_reaching(user: Person, record: Any) -> frozenset[str]:
    """Return the roles in which this person reaches the record; none for most records and most people."""
    reach = _reaches.get(record._meta.label_lower)
    if reach is None or not reached(type(record)._base_manager.filter(pk=record.pk), user).exists():
        return frozenset()
    return frozenset({reach.role})


def require(user: Person, permission: str, record: Model | None = None) -> None:
    """Refuse unless this person may do this to this record, or to the case it will belong to.

    Raises `NotVisible` where the person may not know of it, `Forbidden` where they see it but may not.
    """
    case: Any = None if record is None else getattr(record, "case", None)
    if case is not None and not sees(user, record):
        reaching = roles_reaching(user, record)
        if not reaching:
            raise not_visible()
        allowed = bool(reaching & roles_with(permission))
    else:
        allowed = may(user, permission, case) or (
            case is not None
            and _role_of_reach(record) in roles_with(permission)
            and bool(roles_reaching(user, record))
        )
    if not allowed:
        raise Forbidden(
            "access.forbidden",
            _("This is for another role: %(roles)s.") % {"roles": _in_words(roles_with(permission))},
            value=permission,
            way_forward=_("Ask somebody of the case who has it, or its prosecutor to change the team."),
        )


def _role_of_reach(record: Any) -> str | None:
    reach = _reaches.get(record._meta.label_lower)
    return None if reach is None else reach.role


def _in_words(roles: frozenset[str]) -> str:
    return ", ".join(str(role.label) for role in Role if role in roles) or _("nobody")


def not_visible() -> NotVisible:
    """Return the one answer for what does not exist and what may not be seen."""
    return NotVisible("access.not_found", _("There is no such record."))
