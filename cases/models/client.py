"""Clients: programs of partner agencies that call the interface, and the secrets by which they are known.

A client acts in its own name. Its secret is shown once; what is kept of it is a hash, which the ledger does not carry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.agency import Agency
from cases.models.base import SystemRecord
from cases.models.user import User

if TYPE_CHECKING:
    from datetime import datetime

#: Secrets of one client that are valid at the same time, at most: the old one while the new one is put in place.
SLOTS: Final = (1, 2)


class Scope(models.TextChoices):
    """What a client may do at all; what it may see, agreements say."""

    READ = "read", _("read")
    CONTRIBUTE = "contribute", _("contribute")


class Client(SystemRecord):
    """A program of an agency, for which a person of that agency answers."""

    name = models.CharField(
        _("name"), max_length=150, unique=True, help_text=_("As the history of records will name it.")
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="clients", verbose_name=_("agency")
    )
    responsible = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="clients",
        verbose_name=_("responsible"),
        help_text=_("The person of the agency who answers for what it does."),
    )
    scopes = ArrayField(
        models.CharField(max_length=16, choices=Scope.choices), verbose_name=_("may"), default=list
    )
    addresses = ArrayField(
        models.CharField(max_length=50),
        verbose_name=_("addresses"),
        default=list,
        blank=True,
        help_text=_("Networks from which it calls, e.g. 192.0.2.0/24; none means from anywhere."),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revoked_reason = models.TextField(_("reason of revocation"), blank=True, editable=False)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="cases_client_scopes_known", condition=Q(scopes__contained_by=Scope.values)
            ),
            models.CheckConstraint(name="cases_client_scoped", condition=~Q(scopes=[])),
            models.CheckConstraint(
                name="cases_client_revocation_reasoned",
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    # A client is named in the ledger, and asked what it may, as a person is.

    @property
    def full_name(self) -> str:
        """Return the name by which the ledger names it."""
        return self.name

    @property
    def is_active(self) -> bool:
        """Say whether it may call at all."""
        return self.revoked_at is None

    @property
    def is_authenticated(self) -> bool:
        """A client that calls has shown who it is."""
        return True

    @property
    def is_anonymous(self) -> bool:
        """It is never nobody."""
        return False


class ClientSecret(SystemRecord):
    """One secret of a client: from when until when, and the hash by which it is known."""

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="secrets", verbose_name=_("client")
    )
    slot = models.PositiveSmallIntegerField(_("place"), editable=False)
    hash = models.CharField(_("hash"), max_length=64, unique=True, editable=False)
    hint = models.CharField(_("begins with"), max_length=12, editable=False)
    from_at = models.DateTimeField(_("from"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revoked_reason = models.TextField(_("reason of revocation"), blank=True, editable=False)

    class Meta:
        verbose_name = _("secret of a client")
        verbose_name_plural = _("secrets of clients")
        ordering = ["client", "from_at"]
        constraints = [
            models.CheckConstraint(name="cases_clientsecret_slot", condition=Q(slot__in=SLOTS)),
            models.CheckConstraint(
                name="cases_clientsecret_expires_later", condition=Q(expires_at__gt=F("from_at"))
            ),
            models.CheckConstraint(
                name="cases_clientsecret_revocation_reasoned",
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_reason=""),
            ),
            # Two places of which each holds one secret at a time: never more than two that are valid.
            ExclusionConstraint(
                name="cases_clientsecret_two_at_once",
                expressions=[
                    ("client", RangeOperators.EQUAL),
                    ("slot", RangeOperators.EQUAL),
                    (
                        Func(
                            F("from_at"),
                            Func(F("from_at"), Least("expires_at", "revoked_at"), function="GREATEST"),
                            Value("[)"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hint}…"

    @classmethod
    def valid_at(cls, instant: datetime) -> Q:
        """Return what is true of a secret that opens at an instant."""
        return Q(from_at__lte=instant, expires_at__gt=instant, revoked_at__isnull=True)


class ClientToken(models.Model):
    """A token that a client was given for its secret: by its hash, for a quarter of an hour. No record; swept."""

    hash = models.CharField(primary_key=True, max_length=64)
    secret = models.ForeignKey(ClientSecret, on_delete=models.CASCADE, related_name="+")
    scopes = ArrayField(models.CharField(max_length=16))
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.hash[:8]}…"


class ClientUse(models.Model):
    """When a client last called, and from where. No record: it changes with every minute."""

    client: Any = models.OneToOneField(Client, primary_key=True, on_delete=models.CASCADE, related_name="use")
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
