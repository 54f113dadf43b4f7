"""What is said of all files of one upload at once: the case, what they show, who took or wrote them."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.admin.options import HORIZONTAL
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from cases import access
from cases.models.base import CaseRecord, Handling
from cases.models.case import Case
from cases.models.membership import Role
from cases.models.user import User
from evidence.models import Document, DocumentKind, FileLink, Photograph, Subject
from evidence.models.file_link import TARGETS
from remains.admin.choices import people_of

YES_NO = [("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")), ("", gettext_lazy("not said"))]
_SAID = {"yes": True, "no": False, "": None}


class ManyFilesInput(forms.FileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class SaidField(forms.TypedChoiceField):
    """A question that is answered by yes, no, or nothing said; nothing is assumed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=YES_NO,
            coerce=lambda answer: _SAID[answer],
            empty_value=None,
            required=False,
            widget=UnfoldAdminRadioSelectWidget(radio_style=HORIZONTAL),
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        """Return the answer that a record holds."""
        return {True: "yes", False: "no", None: ""}.get(value, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare answers, not what stands for them."""
        return self.prepare_value(initial) != (data or "")


class UploadForm(forms.Form):
    """What is said of all files of an upload. (Abstract.)"""

    model: ClassVar[Any]

    case = forms.ModelChoiceField(
        label=gettext_lazy("Case"), queryset=Case.objects.none(), widget=UnfoldAdminSelectWidget()
    )
    handling = forms.ChoiceField(label=gettext_lazy("Handling"), widget=UnfoldAdminSelectWidget())

    def __init__(self, user: User, data: Any = None, *, begin: Any = None) -> None:
        begin = begin or {}
        self.user = user
        self.targets: list[CaseRecord] = []
        wanted = {name: (data if data is not None else begin).get(name, "") for name in TARGETS}
        self.preset = {
            name: record for name, value in wanted.items() if (record := target_of(user, name, value))
        }
        super().__init__(data, initial=self._initial(begin))
        fields: dict[str, Any] = self.fields
        cases = access.cases_where(user, self.model.permission("create")).order_by("number")
        first = next(iter(self.preset.values()), None)
        if first is not None:
            cases = cases.filter(pk=first.case_id)
        fields["case"].queryset = cases
        seen = access.handlings_seen(access.standing(user).every_role())
        fields["handling"].choices = [choice for choice in Handling.choices if choice[0] in seen]
        self.order_fields(
            ["case", *(name for name in fields if name not in {"case", "handling"}), "handling"]
        )

    def _initial(self, begin: Any) -> dict[str, Any]:
        restricted = [record.handling for record in self.preset.values() if record.handling != Handling.OPEN]
        cases = list(access.cases_where(self.user, self.model.permission("create")).order_by("number")[:2])
        first = next(iter(self.preset.values()), None)
        asked = first.case_id if first is not None else begin.get("case", "")
        only = cases[0].pk if len(cases) == 1 else None
        is_liaison = access.standing(self.user).every_role() == {Role.LIAISON}
        handling = Handling.HUMANITARIAN if is_liaison else Handling.OPEN
        return {"case": asked or only, "handling": restricted[0] if restricted else handling}

    def clean(self) -> dict[str, Any]:
        """Hold what the files show to the case."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        case = said.get("case")
        self.targets = [record for record in self.preset.values() if case and record.case_id == case.pk]
        return said

    def record(self) -> Any:
        """Return a new record that says what the form says."""
        said = {name: value for name, value in self.cleaned_data.items() if name in self.said}
        return self.model(case=self.cleaned_data["case"], handling=self.cleaned_data["handling"], **said)

    #: Fields of the form that the record has under the same name.
    said: ClassVar[tuple[str, ...]] = ()


class PhotographUploadForm(UploadForm):
    """What is said of all photographs of an upload."""

    model = Photograph
    said = (
        "caption",
        "subject",
        "shows_remains",
        "scale_present",
        "north_arrow_present",
        "taken_by",
        "taken_by_as_named",
    )

    shows_remains = SaidField(
        label=gettext_lazy("Do they show remains?"),
        help_text=gettext_lazy("They are veiled until somebody asks to see them, unless you say no."),
    )
    subject = forms.ChoiceField(
        label=gettext_lazy("Subject"),
        required=False,
        choices=[("", gettext_lazy("not said, or several")), *Subject.choices],
        widget=UnfoldAdminSelectWidget(),
    )
    caption = forms.CharField(
        label=gettext_lazy("Caption"),
        required=False,
        max_length=300,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("What is to be seen, from where; of all of them. Each can get its own later."),
    )
    scale_present = SaidField(label=gettext_lazy("Scale in the picture"))
    north_arrow_present = SaidField(label=gettext_lazy("North arrow in the picture"))
    taken_by = forms.ModelChoiceField(
        label=gettext_lazy("Taken by"),
        required=False,
        queryset=User.objects.none(),
        widget=UnfoldAdminSelectWidget(),
    )
    taken_by_as_named = forms.CharField(
        label=gettext_lazy("Taken by (no account)"),
        required=False,
        max_length=150,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Person without an account."),
    )

    def __init__(self, user: User, data: Any = None, *, begin: Any = None) -> None:
        super().__init__(user, data, begin=begin)
        fields: dict[str, Any] = self.fields
        fields["taken_by"].queryset = people_of(user)

    def clean(self) -> dict[str, Any]:
        """Read what was said, and refuse two people who took one photograph."""
        said = super().clean()
        said["subject"] = said.get("subject") or None
        if said.get("taken_by") and said.get("taken_by_as_named"):
            self.add_error("taken_by_as_named", _("Leave one of the two empty."))
        return said


class DocumentUploadForm(UploadForm):
    """What is said of all documents of an upload."""

    model = Document
    said = ("kind", "title", "author", "dated_edtf")

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("Select value")), *DocumentKind.choices],
        widget=UnfoldAdminSelectWidget(),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        required=False,
        max_length=300,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Left empty, each gets the name of its file."),
    )
    author = forms.CharField(
        label=gettext_lazy("Author"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Person or body that wrote or issued it."),
    )

    def __init__(self, user: User, data: Any = None, *, begin: Any = None) -> None:
        super().__init__(user, data, begin=begin)
        field: Any = Document._meta.get_field("dated_edtf")
        dated = field.formfield()
        dated.widget = UnfoldAdminTextInputWidget()
        fields: dict[str, Any] = self.fields
        fields["dated_edtf"] = dated
        self.order_fields([*(name for name in fields if name != "handling"), "handling"])


def target_of(user: User, name: str, value: object) -> CaseRecord | None:
    """Return the visible record that an address or a form names as what the files show."""
    try:
        key = UUID(str(value))
    except ValueError:
        return None
    model: Any = FileLink._meta.get_field(name).related_model
    record: CaseRecord | None = (
        model._default_manager.visible_to(user).current().select_related("case").filter(pk=key).first()
    )
    return record
