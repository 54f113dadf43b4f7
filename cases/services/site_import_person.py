"""Who acts when sites are imported on the command line, and in which case: an existing one or one opened for it."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.demo import DEMO_ACCOUNTS
from cases.models.agency import Agency
from cases.models.case import Case, CaseKind
from cases.models.membership import Role
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, NotVisible
from cases.services.case import open_case
from cases.services.membership import add_member
from cases.services.site_import import PERMISSION


def is_demonstration() -> bool:
    """Say whether this is a demonstration: by setting, or because nobody but its accounts is in the database."""
    people = User.objects.filter(is_active=True)
    return bool(settings.TAPHOS_DEMO) or (
        people.filter(is_demonstration=True).exists() and not people.filter(is_demonstration=False).exists()
    )


def person_named(username: str) -> User:
    """Return the person who acts. Raises `import.nobody`, `import.demonstration_account`."""
    person: User | None = (
        User.objects.filter(username=username, is_active=True).select_related("agency").first()
    )
    if person is None:
        raise Invalid(
            "import.nobody",
            _("Nobody with the user name “%(name)s” may sign in.") % {"name": username},
            value=username,
            way_forward=_("Name the user name of a person of the case with --as."),
        )
    if person.is_demonstration and not is_demonstration():
        raise Forbidden(
            "import.demonstration_account",
            _("%(name)s is an account of the demonstration, and this database holds real accounts.")
            % {"name": username},
            value=username,
            rule=_("What is recorded here carries the name of a real person."),
            way_forward=_("Name your own account with --as."),
        )
    return person


def demonstrators(
    number: str,
    *,
    roles: tuple[Role, ...] = (Role.INVESTIGATOR, Role.PROSECUTOR),
    permission: str = PERMISSION,
) -> tuple[User, Case | None]:
    """Return who of the demonstration, in one of these roles, imports into the case of this number, and the case.

    Raises `import.nameless` where this is no demonstration.
    """
    if not User.objects.filter(is_active=True).exists():
        raise Invalid(
            "import.nameless",
            _("Nobody has an account yet, and every change has a name."),
            way_forward=_(
                "For the demonstration start it once with `make run`; for real cases begin with"
                " `manage.py create_administrator`."
            ),
        )
    if not is_demonstration():
        raise Invalid(
            "import.nameless",
            _("It is not said who imports."),
            rule=_("Every change has a name: it stands in the ledger with each site."),
            way_forward=_("Add --as USERNAME, with the user name of a person of the case (%(roles)s).")
            % {"roles": ", ".join(str(role.label) for role in roles)},
        )
    names = [account.username for role in roles for account in DEMO_ACCOUNTS if account.role == role]
    found = {
        person.username: person
        for person in User.objects.filter(
            username__in=names, is_demonstration=True, is_active=True
        ).select_related("agency")
    }
    people = [found[name] for name in names if name in found]
    if not people:
        raise Invalid(
            "import.nameless",
            _("The accounts of the demonstration are not there yet."),
            way_forward=_("Start the demonstration once with `make run`, or name a person with --as."),
        )
    case = Case.objects.filter(number=number).first()
    if case is not None:
        return next((who for who in people if access.may(who, permission, case)), people[0]), case
    return people[0], None


def case_of(person: User, number: str) -> Case | None:
    """Return the case of this number if the person works on it; others do not exist for them."""
    case: Case | None = Case.objects.visible_to(person).filter(number=number).first()
    return case


def no_such_case(number: str, person: User, way_forward: str = "") -> NotVisible:
    """Return the refusal of a case that does not exist, or that the person does not work on."""
    return NotVisible(
        "access.not_found",
        _("There is no case %(number)s that %(person)s works on.")
        % {"number": number, "person": person.full_name},
        value=number,
        way_forward=way_forward
        or _(
            "Check the number, or name another person with --as. A prosecutor or supervisor who may open cases opens "
            "a new one with --new-case “TITLE”; anyone else is added to the team of a case by its prosecutor."
        ),
    )


def open_for_import(*, actor: User, number: str, title: str, kind: str = CaseKind.CRIMINAL) -> Case:
    """Open a case for what is imported; it is led by the agency in which the actor may open cases.

    Raises `access.forbidden` and what `open_case` raises.
    """
    opener = access.roles_with(Case.permission("create"))
    access.require(actor, Case.permission("create"))
    agencies = [agency for agency, held in access.standing(actor).by_agency.items() if held & opener]
    own = actor.agency_id if actor.agency_id in agencies else agencies[0]
    return open_case(
        actor=actor,
        record=Case(
            number=number,
            title=title,
            kind=kind,
            lead_agency=Agency.objects.get(pk=own),
            opened_on=timezone.localdate(),
        ),
        reason=_("Opened for sites that are imported."),
    )


def open_in_demonstration(*, investigator: User, number: str, title: str) -> tuple[Case, User]:
    """Let the demonstration's prosecutor open a case and take the investigator into it; return case and prosecutor."""
    name = next(
        account.username
        for account in DEMO_ACCOUNTS
        if account.role == Role.PROSECUTOR and account.appointment
    )
    prosecutor = person_named(name)
    case = open_for_import(actor=prosecutor, number=number, title=title)
    if investigator.pk != prosecutor.pk:
        add_member(
            actor=prosecutor,
            case=case,
            user=investigator,
            role=Role.INVESTIGATOR,
            basis=_("Works on the sites that are imported."),
        )
    return case, prosecutor
