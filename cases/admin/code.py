"""The pages of the code lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter, DropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from cases.admin.base import RecordForm, SystemRecordAdmin
from cases.admin.filters import StatusFilter
from cases.models.code import Code, Verification
from cases.services import code as service


def schemes() -> list[tuple[str, str]]:
    """Return the lists there are. A new list is a field of a record, so it comes with Taphos, not from a form."""
    names = Code.objects.order_by("scheme").values_list("scheme", flat=True).distinct()
    return [(name, name.replace("_", " ")) for name in names]


class CodeForm(RecordForm):
    """A word of a list; its identifier is made of the list's name and a short name that never changes."""

    scheme = forms.ChoiceField(label=_("List"), choices=schemes, widget=UnfoldAdminSelectWidget)
    word = forms.CharField(
        label=_("Short name"),
        max_length=39,
        help_text=_("Lower-case letters, digits and underscores, e.g. brick_kiln. It never changes."),
        validators=[RegexValidator(r"^[a-z0-9_]+$", _("Lower-case letters, digits and underscores only."))],
        widget=UnfoldAdminTextInputWidget,
    )

    def clean(self) -> dict[str, Any] | None:
        """Put the identifier together."""
        cleaned = super().clean() or {}
        if cleaned.get("word") and cleaned.get("scheme"):
            identifier = f"{cleaned['scheme']}.{cleaned['word']}"
            if Code.objects.filter(pk=identifier).exists():
                self.add_error("word", _("This list has a word with that short name already."))
            self.instance.id = identifier
            self.instance.verification = Verification.AGENCY
        return cleaned


class SchemeFilter(DropdownFilter):
    """By list."""

    title = _("list")
    parameter_name = "scheme"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the lists there are."""
        return schemes()

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to one list."""
        return queryset.filter(scheme=self.value()) if self.value() else queryset


@admin.register(Code)
class CodeAdmin(SystemRecordAdmin):
    """Code lists."""

    create = staticmethod(service.create)
    change = staticmethod(service.change)
    list_display = ["label", "list_in_words", "gloss", "source", "verification", "in_use"]
    search_fields = ["label", "gloss", "id"]
    list_filter = [SchemeFilter, ("verification", StatusFilter), ("in_use", BooleanRadioFilter)]
    ordering = ["scheme", "position", "id"]
    carry_over = ("scheme", "source")
    fields = ["id", "list_in_words", "label", "gloss", "source", "verification", ("position", "in_use")]

    @display(description=_("list"), ordering="scheme")
    def list_in_words(self, code: Code) -> str:
        """Name the list as people say it."""
        return code.scheme.replace("_", " ")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the short name of a new word only."""
        if obj is None:
            return [("scheme", "word"), "label", "gloss", "source", ("position", "in_use")]
        return self.fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Use the form with the short name for a new word only."""
        if obj is None:
            kwargs["form"] = CodeForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A word keeps its identifier, its list, and how far its meaning was checked; ours keep their meaning too."""
        if obj is None:
            return []
        own = obj.verification == Verification.AGENCY
        return ["id", "list_in_words", "verification", *([] if own else ["label", "gloss", "source"])]
