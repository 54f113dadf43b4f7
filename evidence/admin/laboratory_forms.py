"""The forms of the laboratories' entrance: receipt of items, answers, proposed findings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import modelform_factory
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin.forms import RecordForm
from cases.models.user import User
from cases.refusals import Refusal
from evidence.models import Finding, Result
from evidence.models.result import VALUES
from evidence.services.referral_receipt import Receipt

_INPUT = {"class": "remains-input"}


class ReceiptForm(forms.Form):
    """How one item arrived. What is left empty is not acknowledged yet."""

    seal_seen = forms.CharField(
        label=gettext_lazy("seal seen"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={**_INPUT, "autocomplete": "off"}),
        help_text=gettext_lazy("Its number as you read it; empty if there is no seal."),
    )
    seal_intact = forms.ChoiceField(
        label=gettext_lazy("is the seal whole?"),
        required=False,
        choices=[
            ("", gettext_lazy("no seal")),
            ("yes", gettext_lazy("whole")),
            ("no", gettext_lazy("broken")),
        ],
        widget=forms.Select(attrs=_INPUT),
    )
    condition_seen = forms.CharField(
        label=gettext_lazy("condition on arrival"),
        required=False,
        widget=forms.Textarea(attrs={**_INPUT, "rows": 2}),
        help_text=gettext_lazy("Packaging, what is in it, how it looks."),
    )

    seal_remark = forms.CharField(
        label=gettext_lazy("about the seal"),
        required=False,
        widget=forms.TextInput(attrs={**_INPUT, "autocomplete": "off"}),
        help_text=gettext_lazy("What you found, if it is broken, missing or not the one you were told of."),
    )
    not_accepted = forms.CharField(
        label=gettext_lazy("why you do not accept it"),
        required=False,
        widget=forms.TextInput(attrs={**_INPUT, "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Only if it goes back as it is: not what was announced, or unfit to be examined."
        ),
    )

    def has_said(self) -> bool:
        """Say whether anything was filled in."""
        return any(self.cleaned_data.get(name) for name in self.fields)

    def receipt(self, item: Any) -> Receipt:
        """Return what was said of an item."""
        said = self.cleaned_data["seal_intact"]
        return Receipt(
            item.pk,
            self.cleaned_data["condition_seen"],
            self.cleaned_data["seal_seen"],
            {"yes": True, "no": False}.get(said),
            self.cleaned_data["seal_remark"],
            self.cleaned_data["not_accepted"],
        )


class ReportForm(forms.Form):
    """An expert report as a file."""

    title = forms.CharField(
        label=gettext_lazy("title"),
        max_length=300,
        widget=forms.TextInput(attrs=_INPUT),
        help_text=gettext_lazy("As it stands on the report."),
    )
    file = forms.FileField(
        label=gettext_lazy("file"),
        widget=forms.FileInput(attrs=_INPUT),
        help_text=gettext_lazy(
            "PDF if possible. It is sealed as it comes; a later version is filed beside it."
        ),
    )


def receipts(items: list[Any], posted: Any) -> list[tuple[Any, ReceiptForm]]:
    """Return a form for each item."""
    return [(item, ReceiptForm(posted, prefix=f"item{item.position}")) for item in items]


class _Styled(RecordForm):
    """A form of a record in the look of the pages around it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            if name in {"outcome", "certainty", "sex", "timing"} and isinstance(
                field, forms.TypedChoiceField
            ):
                offered: Any = field.choices
                field.choices = [("", _("Choose")), *(choice for choice in offered if choice[0])]
            field.widget.attrs.setdefault("class", "remains-input")


def result_form(user: User, record: Result, before: Result | None, posted: Any) -> Any:
    """Return the form of an answer; a correction asks why."""
    fields = ["outcome", "answer", "method", "analyst", "examined_on"]
    made: Any = modelform_factory(Result, form=_Styled, fields=fields)
    initial = {} if before else {"analyst": user.full_name, "examined_on": timezone.localdate()}
    form = made(posted, instance=record, initial=initial)
    if before is not None:
        form.fields["correction"] = forms.CharField(
            label=_("why it is corrected"),
            widget=forms.Textarea(attrs={**_INPUT, "rows": 2}),
            help_text=_("The answer before stays readable, with this reason."),
        )
    return form


def finding_form(result: Result, kind: str, posted: Any) -> Any:
    """Return the form of a finding of one kind: its own values, how sure, and what it rests on."""
    fields = [*VALUES[kind], "certainty", "basis"]
    made: Any = modelform_factory(Finding, form=_Styled, fields=fields)
    form = made(posted, instance=Finding(result=result, kind=kind))
    for name in VALUES[kind]:
        form.fields[name].required = kind not in {"age", "stature"}
    return form


def tell(form: Any, refusal: Refusal) -> int:
    """Put a refusal at its field, or above the form, and return its status."""
    if refusal.status in (403, 404):
        raise refusal
    said = " ".join(word for word in (refusal.message, refusal.way_forward) if word)
    form.add_error(refusal.field if refusal.field in form.fields else None, said)
    return refusal.status
