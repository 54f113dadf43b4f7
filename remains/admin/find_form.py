"""The form of a find, in the order in which it is filled at the graveside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.options import HORIZONTAL
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget

from cases.admin.base import RecordForm
from remains.admin.choices import (
    ContextChoice,
    articulation_choices,
    contexts_of,
    contexts_source,
    observed_choices,
    people_of,
    site_named,
)
from remains.models.find import Find

#: What may have been seen in place, each with its note.
SEEN = ("bindings", "blindfold", "clothing")

WHERE = ("site", "context")
FOUND = (("found_on", "finder"), "finder_as_named")
IN_PLACE = (
    "position",
    ("orientation_deg", "articulation"),
    ("bindings", "bindings_note"),
    ("blindfold", "blindfold_note"),
    ("clothing", "clothing_note"),
)
POINT = (("easting_m", "northing_m", "height_m"),)
LIFTING = (("lifted_on", "lifted_by"), ("bags", "storage_place"))


class FindForm(RecordForm):
    """A find. Contexts are those of its site; people are those of the viewer's cases."""

    #: Set by the page for each request.
    viewer: Any = None

    class Meta:
        model = Find
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*SEEN, "articulation"):
            if name in self.fields:
                self.fields[name] = _one_tap(self.fields[name], name)
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 2
            if name in {"easting_m", "northing_m", "height_m"}:
                field.widget.attrs.setdefault("inputmode", "decimal")
        self._offer_people()
        self._offer_contexts()

    def _offer_people(self) -> None:
        for name in ("finder", "lifted_by"):
            if name in self.fields:
                field: Any = self.fields[name]
                field.queryset = people_of(self.viewer, getattr(self.instance, f"{name}_id"))

    def _offer_contexts(self) -> None:
        if "context" not in self.fields:
            return
        site = self.instance.site if self.instance.site_id else site_named(self.viewer, self["site"].value())
        old = self.fields["context"]
        field = ContextChoice(
            queryset=contexts_of(self.viewer, site, self.instance.context_id),
            required=False,
            label=old.label,
            help_text=_("Only the contexts of the chosen site are offered."),
            empty_label=_("no context yet") if site else _("choose the site first"),
            widget=type(old.widget)(attrs={**old.widget.attrs}) if old.widget else None,
        )
        field.widget.attrs.update(contexts_source())
        self.fields["context"] = field


def _one_tap(old: forms.Field, name: str) -> forms.Field:
    """Return a finding with few answers as buttons: one tap instead of opening a list. None is chosen beforehand."""
    choices = articulation_choices() if name == "articulation" else observed_choices()
    return forms.TypedChoiceField(
        choices=choices,
        required=False,
        empty_value=None,
        label=old.label,
        help_text=old.help_text,
        widget=UnfoldAdminRadioSelectWidget(radio_style=HORIZONTAL, attrs={"class": "remains-tap"}),
    )
