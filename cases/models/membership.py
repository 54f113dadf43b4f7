"""Who works on a case, in which role, from when until when."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case as SqlCase
from django.db.models import F, IntegerField, Q, When
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseRecord
from cases.models.fields import HELD_DAYS
from cases.models.user import User


class Role(models.TextChoices):
    """The roles in which people take part in a case."""

    INVESTIGATOR = "investigator", _("investigator")
    ANTHROPOLOGIST = "anthropologist", _("anthropologist")
    LABORATORY = "laboratory", _("laboratory analyst")
    CUSTODIAN = "custodian", _("evidence custodian")
    PROSECUTOR = "prosecutor", _("prosecutor")
    LIAISON = "liaison", _("ICRC liaison")
    SUPERVISOR = "supervisor", _("supervisor")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


#: Roles that a membership of a case can give; administrators act for the agency and see no case by that role.
CASE_ROLES = [role for role in Role if role is not Role.ADMINISTRATOR]

#: Who sees the humanitarian holds no other role in the same case: the liaison for the confidence, the auditor for the
#: independence.
STAND_ALONE = frozenset({Role.LIAISON, Role.AUDITOR})
_SIDE = SqlCase(
    When(role="liaison", then=1), When(role="auditor", then=2), default=0, output_field=IntegerField()
)


class Membership(CaseRecord):
    """One person's part in one case. It grants; nothing else does."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(
        _("role"), max_length=16, choices=[(role.value, role.label) for role in CASE_ROLES]
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("Last day; empty while it lasts.")
    )
    basis = models.CharField(
        _("basis"), max_length=200, blank=True, help_text=_("Order or agreement it rests on.")
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ["case", "role", "from_on"]
        indexes = [models.Index(fields=["user", "case"], name="cases_membership_user")]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="cases_membership_days_ordered",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
            models.CheckConstraint(
                name="cases_membership_role_known", condition=Q(role__in=[role.value for role in CASE_ROLES])
            ),
            # The same role twice at the same time would let one copy outlive the end of the other.
            ExclusionConstraint(
                name="cases_membership_once",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (HELD_DAYS, RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
            ),
            # Humanitarian confidence and the prosecution's knowledge never meet in one person of one case.
            ExclusionConstraint(
                name="cases_membership_stands_alone",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    (_SIDE, RangeOperators.NOT_EQUAL),
                    (HELD_DAYS, RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"
