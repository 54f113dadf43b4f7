"""The form of an estimate: one subject, one question, a published method with its scores or an interval as stated."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldBooleanWidget

from cases.admin.base import RecordForm
from remains.method_words import name_of
from remains.models.estimate import VALUES, EstimateKind
from remains.science.methods import METHODS, Method
from remains.services.estimate_subject import SUBJECTS

#: Not columns of an estimate but ways to fill them.
SCORING = ("unverified", "method_code", "scored")


class ScoresWidget(forms.Widget):
    """Scores as JSON in a hidden input; a script beside it asks for each score of the chosen method."""

    class Media:
        css = {"all": ["remains/estimate.css"]}
        js = ["remains/estimate_form.js"]

    def __init__(self, known: dict[str, str] | None = None, attrs: Any = None) -> None:
        """`known`: what the form does not ask for, kind and subject of a superseded estimate."""
        super().__init__(attrs)
        self.known = known or {}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the input and the place where the scores are asked for."""
        words = {
            "choose": gettext("choose"),
            "withheld": gettext("Not offered, and why"),
            "noMethod": gettext(
                "Choose the question and a published method; or choose none, and write interval and basis."
            ),
            "unreachable": gettext("The method could not be asked. Save: it is worked out then."),
        }
        return format_html(
            '<input type="hidden" name="{}" id="{}" value="{}">'
            '<div class="remains-scores" data-scores="{}" data-methods="{}" data-apply="{}" data-known="{}" '
            'data-words="{}" aria-live="polite"></div>',
            name,
            (attrs or {}).get("id", f"id_{name}"),
            value or "",
            (attrs or {}).get("id", f"id_{name}"),
            reverse("admin:remains_estimate_methods"),
            reverse("admin:remains_estimate_apply"),
            json.dumps(self.known),
            json.dumps(words),
        )


def method_label(method: Method) -> str:
    """Return a method as a choice."""
    return f"{name_of(method)} ({method.population})"


def method_choices() -> list[tuple[str, Any]]:
    """Return every method that gives an interval of a person, by question; the script narrows them to the subject."""
    grouped = [
        (
            str(EstimateKind(kind).label),
            [(m.code, method_label(m)) for m in METHODS.values() if m.kind == kind and not m.withheld],
        )
        for kind in dict.fromkeys(method.kind for method in METHODS.values())
    ]
    return [("", gettext("none: as stated, or another method")), *grouped]


class EstimateForm(RecordForm):
    """An estimate about a find, a site, a specimen or an individual."""

    unverified = forms.BooleanField(
        label=gettext_lazy("Offer unverified methods too"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=gettext_lazy(
            "Nobody has yet checked their values against the print. The basis of the estimate will say so."
        ),
    )
    method_code = forms.TypedChoiceField(
        label=gettext_lazy("Published method"),
        choices=method_choices,
        required=False,
        empty_value=None,
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("method", "basis"):  # asked for below, where no published method says them
            if name in self.fields:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any] | None:
        """Keep what belongs to the chosen kind only, and ask for exactly one subject and for method and basis."""
        cleaned = super().clean() or {}
        self._method_said(cleaned)
        if "kind" not in self.fields:  # the question of a superseding estimate is that of the earlier one
            return cleaned
        for kind, names in VALUES.items():
            for name in names:
                if kind != cleaned.get("kind") and name in cleaned:
                    cleaned[name] = "" if name == "burial_edtf" else None
                    self.errors.pop(name, None)
        asked = [name for name in SUBJECTS if name in self.fields]
        subjects = [name for name in asked if cleaned.get(name)]
        if len(subjects) != 1 and not set(SUBJECTS) & set(self.errors):
            self.add_error(
                asked[0], gettext("Choose the one find, site, specimen or individual that it is about.")
            )
        return cleaned

    def _method_said(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("method_code"):
            cleaned["method"] = METHODS[cleaned["method_code"]].name
            return
        cleaned["scored"] = None
        for name in ("method", "basis"):
            if name in self.fields and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, gettext("Say this where no published method says it."))


class SupersedingForm(EstimateForm):
    """An estimate that takes the place of another, with the reason."""

    reason = forms.CharField(
        label=gettext_lazy("Why the earlier one no longer holds"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("It is kept in the history of both."),
    )
