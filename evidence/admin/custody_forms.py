"""The forms by which custody changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import access
from cases.models.agency import Agency
from cases.models.user import User
from evidence.models import StoragePlace
from evidence.services.holder import Holder
from evidence.services.storage import paths_of


def _input(widget: type[forms.Widget], **attrs: Any) -> forms.Widget:
    return widget(attrs={"class": "remains-input", **attrs})


def _instant(label: Any, **more: Any) -> forms.DateTimeField:
    """Return a field for when something happened; left empty it happens now."""
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(
            attrs={"class": "remains-input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"],
        help_text=_("Empty: now. An earlier time is kept with the time at which it was recorded."),
        **more,
    )


def _text(label: Any, *, required: bool = False, rows: int = 0, **more: Any) -> forms.CharField:
    widget = _input(forms.Textarea, rows=rows) if rows else _input(forms.TextInput, autocomplete="off")
    return forms.CharField(label=label, required=required, widget=widget, **more)


def _of_case(case: Any) -> Any:
    """Return the people who hold items of a case today."""
    today = timezone.localdate()
    return User.objects.filter(
        Q(memberships__until_on__isnull=True) | Q(memberships__until_on__gte=today),
        memberships__case=case,
        memberships__role__in=access.roles_with("evidence.custodyevent:accept"),
        memberships__from_on__lte=today,
        memberships__withdrawn_at__isnull=True,
        is_active=True,
    ).distinct()


class PersonChoice(forms.ModelChoiceField):
    """A person, named with the agency."""

    def label_from_instance(self, obj: Any) -> str:
        """Return name and agency."""
        return f"{obj.full_name} ({obj.agency.short_name})"


class HolderForm(forms.Form):
    """To whom, or by whom: a person of the case, an agency, or a body outside."""

    person = PersonChoice(
        label=_("a person of the case"), queryset=None, required=False, widget=_input(forms.Select)
    )
    agency: Any = forms.ModelChoiceField(
        label=_("an agency or laboratory"), queryset=None, required=False, widget=_input(forms.Select)
    )
    outside = _text(_("a body outside"), max_length=200)

    def __init__(self, case: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["person"].queryset = _of_case(case).select_related("agency").order_by("full_name")
        fields["agency"].queryset = Agency.objects.order_by("name")
        for name in ("person", "agency"):
            fields[name].empty_label = "-"

    def holder(self) -> Holder:
        """Return whom the form names."""
        said = self.cleaned_data
        return Holder(said["person"], said["agency"], said["outside"])


class ReleaseForm(HolderForm):
    """Handing over: to whom, why, where and when."""

    purpose = _text(_("why"), required=True, rows=2)
    where = _text(_("where"), max_length=200)
    carried_by = _text(_("carried by"), max_length=200, help_text=_("Courier or vehicle, if it travels."))
    at = _instant(_("handed over at"))

    groups = ((_("To: one of these"), ("person", "agency", "outside")),)


class TakeInForm(HolderForm):
    """Who has it, since when."""

    at = _instant(_("since"))
    note = _text(_("note"), rows=2)

    groups = ((_("Held by: one of these, or empty for yourself"), ("person", "agency", "outside")),)

    def holder(self) -> Holder | None:  # type: ignore[override]
        """Return whom the form names; nobody is the viewer."""
        said = super().holder()
        return said if said.person or said.agency or said.outside.strip() else None


class LateForm(HolderForm):
    """Who held it between two instants in the past."""

    from_at = _instant(_("from"))
    until_at = _instant(_("until"))
    reason = _text(_("how this is known"), required=True, rows=2)

    groups = ((_("Held by: one of these"), ("person", "agency", "outside")),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("from_at", "until_at"):
            self.fields[name].required = True
            self.fields[name].help_text = ""


class PlaceChoice(forms.ModelChoiceField):
    """A storage place, named by the whole way to it."""

    def __init__(self, case: Any, user: Any, **kwargs: Any) -> None:
        self.ways = paths_of(case)
        rows = StoragePlace.objects.visible_to(user).current().filter(case=case)
        kwargs.setdefault("widget", _input(forms.Select))
        super().__init__(queryset=rows, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Return the way to the place."""
        return self.ways.get(obj.pk, obj.name)


class PutForm(forms.Form):
    """Where it is put."""

    at = _instant(_("put there at"))
    note = _text(_("note"), max_length=200)
    field_order = ["place", "at", "note"]

    def __init__(self, case: Any, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceChoice(case, user, label=_("place"), empty_label="-")
        self.order_fields(self.field_order)


class SealForm(forms.Form):
    """Which seal is put on."""

    number = _text(_("number of the seal"), required=True, max_length=60)
    at = _instant(_("put on at"))
    note = _text(_("note"), max_length=200)


class AnswerForm(forms.Form):
    """The receiver's answer to what was handed over."""

    at = _instant(_("arrived at"))
    signed_by = _text(_("signed for by"), max_length=200, help_text=_("The name under the receipt."))
    reason = _text(_("why it is refused"), rows=2)
    field_order = ["place", "at", "signed_by", "reason"]

    def __init__(self, case: Any, user: Any, *args: Any, outside: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceChoice(
            case, user, label=_("put in"), required=False, empty_label=_("nowhere yet")
        )
        if outside:
            del self.fields["place"]
            self.fields["signed_by"].required = True
        else:
            del self.fields["signed_by"]
        self.order_fields(self.field_order)
