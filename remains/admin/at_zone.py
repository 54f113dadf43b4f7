"""What the forms of injuries and condition notes have in common: a zone of the specimen, by its name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from cases.models.base import Handling
from remains.admin.choices import uuid_or_none
from remains.models.specimen import Specimen
from remains.science.elements import elements
from remains.services.estimate_subject import element_code


class AtZone:
    """Offers the zones of the specimen by name, where the record or the address says which specimen it is."""

    #: What an empty choice means.
    without_zone: Any = _("in words only")
    #: The name under which a specimen has these records.
    of_specimen = ""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the zones of the specimen by name."""
        if db_field.name == "zone" and (bone := self.specimen_at_hand(request)) is not None:
            known = elements().get(element_code(bone))
            zones = [(zone.number, f"{zone.number} {zone.label}") for zone in known.zones] if known else []
            return forms.TypedChoiceField(
                label=capfirst(db_field.verbose_name),
                choices=[("", self.without_zone), *zones],
                coerce=int,
                empty_value=None,
                required=False,
                widget=UnfoldAdminSelectWidget,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]

    def specimen_at_hand(self, request: HttpRequest) -> Specimen | None:
        """Return the specimen of the record at hand or of the address, if the viewer sees it."""
        rows = Specimen.objects.visible_to(request.user)
        match = request.resolver_match
        shown = uuid_or_none(match.kwargs.get("object_id")) if match else None
        if shown is not None:
            return rows.filter(**{f"{self.of_specimen}__pk": shown}).first()
        named = uuid_or_none(request.GET.get("specimen"))
        return None if named is None else rows.filter(pk=named).first()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Give the record the handling of its specimen, where that is not open to all."""
        if obj.specimen_id and obj.specimen.handling != Handling.OPEN:
            obj.handling = obj.specimen.handling
        super().save_model(request, obj, form, change)  # type: ignore[misc]
