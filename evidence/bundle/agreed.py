"""What of a case a partner is shown in a bundle: what its sharing agreement covers, as in the feed for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.exchange.kinds import covered
from cases.ledger.payloads import Payload, Sight
from cases.models import Case, SharingAgreement
from cases.models.base import CaseRecord
from cases.refusals import WrongState


@dataclass(frozen=True, slots=True)
class Agreed(Sight):
    """The sight of a partner: kinds of records, handlings, and the columns that are left out of each kind."""

    agreement: Any = None
    #: By table: the columns that are left out. What is not here is not shown.
    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def under(cls, agreement: SharingAgreement) -> Self:
        """Return what is shown under an agreement."""
        kinds = {kind.table: frozenset(kind.left_out(agreement.withheld)) for kind in covered(agreement)}
        return cls(frozenset(), frozenset(agreement.handlings), agreement, kinds)

    def shows(self, model: type[models.Model]) -> bool:
        """Say whether records of this kind are covered."""
        return model._meta.db_table in self.kinds

    def left_out(self, model: type[models.Model]) -> frozenset[str]:
        """Name the columns that are left out of a kind."""
        return self.kinds.get(model._meta.db_table, frozenset())

    def covers(self, payload: Payload) -> bool:
        """Say whether a record was covered when it was like this; one that was withdrawn is not."""
        # super() without arguments does not find its class in a dataclass with slots.
        return Sight.covers(self, payload) and payload.get("withdrawn_at") is None

    def hidden_in(self, record: models.Model) -> frozenset[str]:
        """Name the fields that are left out of a record."""
        left = self.left_out(type(record))
        return frozenset(one.name for one in record._meta.concrete_fields if one.column in left)

    def label(self, record: models.Model | None) -> str | None:
        """Return the name of a record that is covered itself, or that belongs to no case."""
        if isinstance(record, CaseRecord) and (
            not self.shows(type(record)) or record.withdrawn_at is not None
        ):
            return None
        return Sight.label(self, record)

    @property
    def rows(self) -> Q:
        """Return what is true of the rows of a kind that are covered now."""
        return Q(handling__in=self.handlings, withdrawn_at__isnull=True)


def agreement_with(case: Case, partner: str) -> SharingAgreement:
    """Return the agreement in force with a partner, by its short name. Raises `bundle.no_agreement`."""
    found = (
        SharingAgreement.objects.filter(
            SharingAgreement.in_force(), case=case, partner__short_name__iexact=partner
        )
        .select_related("partner")
        .first()
    )
    if found is None:
        raise WrongState(
            "bundle.no_agreement",
            _("No agreement to share this case with %(partner)s is in force today.") % {"partner": partner},
            field="redact_for",
            value=partner,
            way_forward=_("Name a role, or the short name of an agency with which an agreement is in force."),
        )
    return found
