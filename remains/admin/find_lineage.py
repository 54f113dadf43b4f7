"""Splitting, merging and moving finds, each with a reason; what will result is shown before it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.refusals import Refusal
from remains.admin.choices import (
    ContextChoice,
    contexts_of,
    contexts_source,
    next_numbers,
    person,
    site_named,
)
from remains.models.find import Find, FindAlias, FindCategory
from remains.models.specimen import Specimen
from remains.services.find import merge_finds, move_find, split_find

if TYPE_CHECKING:
    from remains.admin.find import FindAdmin

MOST_PARTS = 20
#: Specimens that the page of a split asks about, each with which part it goes; others are moved from their list.
MOST_BONES = 400


def _input(widget: type[forms.Widget], **attrs: Any) -> forms.Widget:
    return widget(attrs={"class": "remains-input", **attrs})


class ReasonForm(forms.Form):
    """Why it is done."""

    reason = forms.CharField(
        label=gettext_lazy("reason"),
        widget=_input(forms.Textarea, rows=3),
        help_text=gettext_lazy("It is kept in the lineage and in the history, with your name."),
    )


class PartForm(forms.Form):
    """What is taken out of a find: a find of its own."""

    category = forms.ChoiceField(
        label=gettext_lazy("category"),
        choices=[("", "-"), *FindCategory.choices],
        widget=_input(forms.Select),
    )
    description = forms.CharField(
        label=gettext_lazy("description"), required=False, widget=_input(forms.Textarea, rows=2)
    )


class MergeForm(ReasonForm):
    """Which finds are one, and of what category."""

    numbers = forms.CharField(
        label=gettext_lazy("numbers of the others"),
        widget=_input(forms.TextInput, autocomplete="off", autocapitalize="characters"),
        help_text=gettext_lazy("Numbers or other labels, with a comma or a space between them."),
    )
    into = forms.ChoiceField(label=gettext_lazy("merge into"), widget=_input(forms.Select))
    category = forms.ChoiceField(
        label=gettext_lazy("category, for a new find"),
        choices=[("", "-"), *FindCategory.choices],
        required=False,
        widget=_input(forms.Select),
    )
    field_order = ["numbers", "into", "category", "reason"]

    def __init__(self, find: Find, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        new = _("a new find under a number of its own")
        fields["into"].choices = [("", "-"), ("new", new), ("this", _("%(find)s") % {"find": find})]

    def clean(self) -> dict[str, Any]:
        """Ask for the category of a new find."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("into") == "new" and not cleaned.get("category"):
            self.add_error("category", _("A new find needs its category."))
        return cleaned


class MoveForm(ReasonForm):
    """Where the find belongs."""

    site: Any = forms.ModelChoiceField(label=gettext_lazy("to the site"), queryset=None)
    context = ContextChoice(
        label=gettext_lazy("context there"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("no context yet"),
        widget=_input(forms.Select),
    )
    field_order = ["site", "context", "reason"]


def _opened(page: FindAdmin, request: HttpRequest, object_id: str, permission: str) -> Find:
    find: Find = page._visible_or_404(request, object_id)
    if find.withdrawn_at is not None or not access.may(request.user, permission, find.case):
        raise PermissionDenied
    return find


def _page(
    page: FindAdmin,
    request: HttpRequest,
    find: Find,
    *,
    template: str,
    title: str,
    faulty: bool,
    **more: Any,
) -> HttpResponse:
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "original": find,
        "title": title,
        "subtitle": str(find),
        "media": page.media,
        **more,
    }
    return TemplateResponse(request, template, context, status=422 if faulty else 200)


def _to(find: Find) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:remains_find_change", args=[find.pk]))


def _say(request: HttpRequest, what: str, finds: list[Find]) -> None:
    links = format_html_join(
        ", ",
        '<a class="remains-number" href="{}">{}</a>',
        ((reverse("admin:remains_find_change", args=[find.pk]), find.number) for find in finds),
    )
    messages.success(request, format_html("{} {}", what, links))


def _tell(form: forms.Form, refusal: Refusal) -> None:
    """Put a refusal at its field, or above the form."""
    if refusal.status in (403, 404):
        raise refusal
    what = " ".join(word for word in (refusal.message, refusal.rule_in_words, refusal.way_forward) if word)
    form.add_error(refusal.field if refusal.field in form.fields else None, what)


def split_view(page: FindAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Take parts out of a find: each gets a number of its own, what is left keeps the old one."""
    find = _opened(page, request, object_id, "remains.find:divide")
    sent = request.POST.get("parts", "")
    count = min(max(int(sent), 1), MOST_PARTS) if sent.isdigit() else 1
    more = "more" in request.POST
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data)
    parts = [PartForm(data, prefix=f"part{number}") for number in range(1, count + 1)]
    bones = _bones(request, find)
    goes = _goes(request, bones, count)
    if request.method == "POST" and not more and all([form.is_valid(), *(part.is_valid() for part in parts)]):
        try:
            made = split_find(
                actor=person(request),
                find=find,
                parts=[Find(**part.cleaned_data) for part in parts],
                reason=form.cleaned_data["reason"],
                specimens=[[bone for bone in bones if goes[bone.pk] == at] for at in range(1, count + 1)],
            )
        except Refusal as refusal:
            _tell(form, refusal)
        else:
            _say(request, _("Taken out of %(find)s:") % {"find": find}, made)
            return _to(find)
    if more:
        count = min(count + 1, MOST_PARTS)
        form = ReasonForm(initial=_typed(form))
        parts = [PartForm(initial=_typed(part), prefix=part.prefix) for part in parts]
        parts += [PartForm(prefix=f"part{count}")] if count > len(parts) else []
    numbers = next_numbers(find.site, count)
    wrong = bool(form.errors or any(part.errors for part in parts))
    return _page(
        page,
        request,
        find,
        template="remains/find_split.html",
        title=_("Split a find"),
        faulty=wrong,
        form=form,
        parts=list(zip(numbers, parts, strict=True)),
        numbers=numbers,
        full=count == MOST_PARTS,
        bones=[(bone, goes[bone.pk]) for bone in bones[:MOST_BONES]],
        further=len(bones) > MOST_BONES,
    )


def _bones(request: HttpRequest, find: Find) -> list[Specimen]:
    """Return the specimens that the viewer may send along with a part; one more than the page shows, if there are."""
    if not access.may(request.user, Specimen.permission("change"), find.case):
        return []
    rows = Specimen.objects.visible_to(request.user).current().filter(find=find).select_related("element")
    return list(rows.order_by("serial", "number")[: MOST_BONES + 1])


def _goes(request: HttpRequest, bones: list[Specimen], count: int) -> dict[Any, int]:
    """Return with which part each specimen goes; 0 where it stays. What is chosen stands by the specimen's number."""
    chosen = {bone.pk: request.POST.get(f"goes-{bone.pk}", "") for bone in bones}
    return {key: int(at) if at.isdigit() and int(at) <= count else 0 for key, at in chosen.items()}


def _typed(form: forms.Form) -> dict[str, Any]:
    return {name: form[name].value() for name in form.fields}


def merge_view(page: FindAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Merge a find with others; shown once before it is written."""
    find = _opened(page, request, object_id, "remains.find:divide")
    form = MergeForm(
        find, request.POST if request.method == "POST" else None, initial=dict(request.GET.items())
    )
    others: list[Find] = []
    if request.method == "POST" and form.is_valid():
        others = _named(request, find, form)
        shown = _shown(form, others)
        kept = form.cleaned_data.get("into") == "this"
        if not form.errors and request.POST.get("shown") == shown:
            try:
                merged = merge_finds(
                    actor=person(request),
                    finds=[find, *others],
                    record=find if kept else Find(category=form.cleaned_data["category"]),
                    reason=form.cleaned_data["reason"],
                )
            except Refusal as refusal:
                _tell(form, refusal)
            else:
                _say(request, _("Merged into"), [merged])
                return _to(merged)
    ready = bool(others) and not form.errors
    bones = Specimen.objects.visible_to(request.user).current().filter(find__in=[find, *others])
    return _page(
        page,
        request,
        find,
        template="remains/find_merge.html",
        title=_("Merge finds"),
        faulty=bool(form.errors),
        form=form,
        others=others if ready else [],
        shown=_shown(form, others) if ready else "",
        kept=ready and form.cleaned_data["into"] == "this",
        number=next_numbers(find.site, 1)[0],
        bones=bones.count() if ready else 0,
    )


def _shown(form: MergeForm, others: list[Find]) -> str:
    """Return what the viewer was shown: what is sent must be the same, or it is shown again."""
    return " ".join([form.cleaned_data.get("into", ""), *(str(other.pk) for other in others)])


def _named(request: HttpRequest, find: Find, form: MergeForm) -> list[Find]:
    """Return the finds of the same case that were named, each by its number or another label."""
    found: list[Find] = []
    seen = Find.objects.visible_to(request.user).current().filter(case=find.case_id)
    for name in dict.fromkeys(re.split(r"[,;\s]+", form.cleaned_data["numbers"].strip())):
        labelled = FindAlias.objects.visible_to(request.user).current().filter(label__iexact=name)
        matches = list(
            seen.filter(Q(number__iexact=name) | Q(pk__in=labelled.values("find"))).exclude(pk=find.pk)[:2]
        )
        if not matches:
            form.add_error("numbers", _("%(name)s is no other find of this case.") % {"name": name})
        elif len(matches) > 1:
            form.add_error(
                "numbers",
                _("%(name)s is a label of several finds: give the number.") % {"name": name},
            )
        elif matches[0] not in found:
            found.append(matches[0])
    return found


def move_view(page: FindAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Move a find to another context of its site, or to another site of its case."""
    find = _opened(page, request, object_id, "remains.find:change")
    begin = {"site": find.site_id, "context": find.context_id}
    form = MoveForm(request.POST if request.method == "POST" else None, initial=begin)
    fields: dict[str, Any] = form.fields
    fields["site"] = page.formfield_for_dbfield(Find._meta.get_field("site"), request)
    fields["site"].label = _("to the site")
    fields["context"].queryset = contexts_of(request.user, site_named(request.user, form["site"].value()))
    fields["context"].widget.attrs.update(contexts_source())
    if request.method == "POST" and form.is_valid():
        try:
            to, context = form.cleaned_data["site"], form.cleaned_data["context"]
            move_find(
                actor=person(request), find=find, to=to, context=context, reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            _tell(form, refusal)
        else:
            _say(request, _("Moved:"), [find])
            return _to(find)
    return _page(
        page,
        request,
        find,
        template="remains/find_move.html",
        title=_("Move a find"),
        faulty=bool(form.errors),
        form=form,
        media=page.media + form.media,
    )
