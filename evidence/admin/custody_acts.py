"""The pages on which items are taken into custody, handed over, put in a place, sealed, and entered late.

Each begins with the items: those that the address names, and those that are scanned or typed on the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import access
from cases.refusals import Refusal
from evidence.admin.custody_forms import LateForm, PutForm, ReleaseForm, SealForm, TakeInForm
from evidence.admin.custody_items import add_codes, chosen_items, tokens_of
from evidence.models import CustodyEvent, Holding, Placement, Seal
from evidence.services import custody, seal, storage
from evidence.services.custody_late import enter_late
from evidence.services.item import held_items

#: Makes the form for the case of the items, takes the act, and returns where to go then.
MakeForm = Callable[[Any, HttpRequest, Any], Any]
Take = Callable[[HttpRequest, list[Any], Any], str]


@dataclass(frozen=True, slots=True)
class ActPage:
    """One page on which something is done with items."""

    title: Any
    button: Any
    permission: str
    make: MakeForm
    take: Take
    #: Whether it is done with one item only.
    single: bool = False
    #: Whether it asks in what condition each item goes.
    conditions: bool = False
    hint: Any = ""


def act_view(request: HttpRequest, act: ActPage) -> HttpResponse:
    """Ask what the act needs to know, and take it with all items or with none."""
    user: Any = request.user
    if not access.may_somewhere(user, act.permission):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    items = chosen_items(request, request.POST.getlist("item") or request.GET.getlist("item"))
    gone = request.POST.get("remove", "")
    items = [item for token, item in tokens_of(items) if token != gone]
    faults = add_codes(request, items, request.POST.get("codes", ""))
    items = items[:1] if act.single else items
    case = items[0].case if items else None
    if case is not None and not access.may(user, act.permission, case):
        raise PermissionDenied
    asked = data is not None and "act" in data and not faults
    form = act.make(case, request, data if asked else None) if case is not None else None
    if form is not None and data is not None and not asked:
        form = act.make(case, request, None)
        form.initial = {name: data.get(name, "") for name in form.fields}
    refusal: Refusal | None = None
    if asked and form is not None and form.is_valid():
        try:
            link = act.take(request, items, form)
        except Refusal as caught:
            if caught.status == 404:
                raise
            refusal = caught
            _tell(form, caught)
        else:
            return HttpResponseRedirect(link)
    return _page(request, act, items, form, faults, refusal)


def _page(  # noqa: PLR0917 - what the page shows, named once
    request: HttpRequest,
    act: ActPage,
    items: list[Any],
    form: Any,
    faults: list[str],
    refusal: Refusal | None,
) -> HttpResponse:
    grouped = getattr(form, "groups", ())
    within = {name for _title, names in grouped for name in names}
    context = {
        **admin.site.each_context(request),
        "title": act.title,
        "act": act,
        "states": [
            (token, held, request.POST.get(f"condition-{held.item.pk}", ""))
            for (token, _item), held in zip(tokens_of(items), held_items(items), strict=True)
        ]
        if items
        else [],
        "form": form,
        "groups": [(title, [form[name] for name in names]) for title, names in grouped] if form else [],
        "fields": [field for field in form if field.name not in within] if form else [],
        "faults": faults,
        "refusal": refusal,
    }
    wrong = faults or refusal is not None or (form is not None and form.errors)
    return TemplateResponse(request, "evidence/custody_act.html", context, status=422 if wrong else 200)


def _tell(form: forms.Form, refusal: Refusal) -> None:
    """Put a refusal at its field; above the form it stands anyway."""
    names = {"to_person": "person", "released_at": "at", "applied_at": "at", "from_at": "at"}
    at = refusal.field if refusal.field in form.fields else names.get(refusal.field or "", "")
    if at in form.fields:
        form.add_error(at, refusal.message)


def page_of(item: Any) -> str:
    """Return the address of an item's page."""
    return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_change", args=[item.pk])


def _back(items: list[Any], page: str) -> str:
    """Return to the only item, or to the list."""
    return page_of(items[0]) if len(items) == 1 else reverse(f"admin:evidence_{page}")


def _take_in(request: HttpRequest, items: list[Any], form: Any) -> str:
    user: Any = request.user
    said = form.cleaned_data
    custody.take_in(actor=user, items=items, holder=form.holder(), at=said["at"], note=said["note"])
    count = len(items)
    messages.success(
        request,
        ngettext("%(n)d item is in custody.", "%(n)d items are in custody.", count) % {"n": count},
    )
    return _back(items, "holding_changelist")


def _release(request: HttpRequest, items: list[Any], form: Any) -> str:
    user: Any = request.user
    said = form.cleaned_data
    consignment = custody.release(
        actor=user,
        items=items,
        to=form.holder(),
        purpose=said["purpose"],
        at=said["at"],
        where=said["where"],
        carried_by=said["carried_by"],
        conditions={item.pk: request.POST.get(f"condition-{item.pk}", "")[:300] for item in items},
    )
    messages.success(
        request, _("%(consignment)s waits to be accepted.") % {"consignment": consignment.number}
    )
    return reverse("admin:evidence_consignment_change", args=[consignment.pk])


def _put(request: HttpRequest, items: list[Any], form: Any) -> str:
    user: Any = request.user
    said = form.cleaned_data
    storage.put(actor=user, items=items, place=said["place"], at=said["at"], note=said["note"])
    messages.success(request, _("Put in %(place)s.") % {"place": said["place"]})
    return reverse("admin:evidence_storageplace_change", args=[said["place"].pk])


def _seal(request: HttpRequest, items: list[Any], form: Any) -> str:
    user: Any = request.user
    said = form.cleaned_data
    made = seal.apply_seal(actor=user, item=items[0], number=said["number"], at=said["at"], note=said["note"])
    messages.success(request, _("%(item)s is under seal %(seal)s.") % {"item": items[0], "seal": made})
    return page_of(items[0])


def _late(request: HttpRequest, items: list[Any], form: Any) -> str:
    user: Any = request.user
    said = form.cleaned_data
    enter_late(
        actor=user,
        item=items[0],
        holder=form.holder(),
        from_at=said["from_at"],
        until_at=said["until_at"],
        reason=said["reason"],
    )
    messages.success(request, _("Entered. What it contradicts is superseded, and stays to be read."))
    return f"{page_of(items[0])}#custody"


TAKE_IN = ActPage(
    gettext_lazy("Take into custody"),
    gettext_lazy("Take into custody"),
    Holding.permission("create"),
    lambda case, request, data: TakeInForm(case, data),
    _take_in,
)
RELEASE = ActPage(
    gettext_lazy("Hand over"),
    gettext_lazy("Hand over"),
    CustodyEvent.permission("create"),
    lambda case, request, data: ReleaseForm(case, data),
    _release,
    conditions=True,
    hint=gettext_lazy("Until the receiver accepts, you are still the holder."),
)
PUT = ActPage(
    gettext_lazy("Put in a place"),
    gettext_lazy("Put there"),
    Placement.permission("create"),
    lambda case, request, data: PutForm(
        case, request.user, data, initial={"place": request.GET.get("place", "")}
    ),
    _put,
)
SEAL = ActPage(
    gettext_lazy("Put a seal on"),
    gettext_lazy("Record the seal"),
    Seal.permission("create"),
    lambda case, request, data: SealForm(data),
    _seal,
    single=True,
)
LATE = ActPage(
    gettext_lazy("Late entry"),
    gettext_lazy("Enter"),
    Holding.permission("correct"),
    lambda case, request, data: LateForm(case, data),
    _late,
    single=True,
    hint=gettext_lazy(
        "Nothing is edited: what this contradicts is superseded, and both times stay. Who holds it now stays as it is."
    ),
)
