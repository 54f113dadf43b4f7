"""What the form of an estimate asks while it is filled: which methods fit, and what one says of the scores."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.refusals import Refusal
from remains.admin.choices import person, uuid_or_none
from remains.admin.estimate_form import method_label
from remains.method_words import indicator_of, item_label, why_not_offered
from remains.models.estimate import VALUES, Estimate, EstimateKind, IntervalMeaning
from remains.science.methods import Classification, Method, fitting
from remains.services.estimate_method import result_for
from remains.services.estimate_subject import SUBJECTS, elements_of


def methods_view(request: HttpRequest) -> JsonResponse:
    """Answer with the methods that fit a question and a subject, and with those that are not offered, and why."""
    kind = request.GET.get("kind", "")
    _name, subject = _subject(request)
    about = None if subject is None or _name == "site" else elements_of(person(request), subject)
    unverified = request.GET.get("unverified") == "1"
    found = [] if _name == "site" else list(fitting(kind, about))
    offered = [method for method in found if method.offered or (unverified and not method.withheld)]
    withheld = [method for method in found if not method.offered]
    return JsonResponse(
        {
            "methods": [_as_choice(method, about) for method in offered],
            "withheld": [
                {"label": method_label(method), "why": why_not_offered(method)} for method in withheld
            ],
        }
    )


def apply_view(request: HttpRequest) -> JsonResponse:
    """Answer with what a method says of the scores, or with its refusal in words. Nothing is written."""
    name, subject = _subject(request)
    record = Estimate(kind=request.GET.get("kind", ""), method_code=request.GET.get("method_code", ""))
    if name is not None:
        setattr(record, name, subject)
    try:
        record.scored = json.loads(request.GET.get("scored") or "{}")
    except ValueError:
        record.scored = {}
    try:
        _method, result = result_for(person(request), record)
    except Refusal as refused:
        words = (refused.message, refused.rule, refused.way_forward)
        return JsonResponse({"refusal": " ".join(word for word in words if word)})
    answer: dict[str, Any] = {"warnings": list(result.warnings)}
    if isinstance(result, Classification):
        record.sex = result.sex
        return JsonResponse(
            {
                **answer,
                "fills": {"sex": result.sex},
                "says": record.value_in_words,
                "meaning": ""
                if result.p_female is None
                else _("probability of female %(p)s") % {"p": f"{result.p_female:.4f}"},
            }
        )
    low, high = VALUES[EstimateKind(record.kind)]
    setattr(record, low, result.low)
    setattr(record, high, result.high)
    return JsonResponse(
        {
            **answer,
            "fills": {low: _typed(result.low), high: _typed(result.high)},
            "says": record.value_in_words,
            "meaning": str(IntervalMeaning(result.meaning.value).label) if result.bounds_a_person else "",
        }
    )


def _typed(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _subject(request: HttpRequest) -> tuple[str | None, Any]:
    """Return the subject that the address names. Not visible is not there."""
    for name in SUBJECTS:
        text = request.GET.get(name)
        if text:
            model: Any = Estimate._meta.get_field(name).related_model
            identifier = uuid_or_none(text)
            found = (
                model.objects.visible_to(request.user).filter(pk=identifier).first() if identifier else None
            )
            if found is None:
                raise Http404
            return name, found
    return None, None


def _as_choice(method: Method, elements: frozenset[str] | None) -> dict[str, Any]:
    meant = _("Unverified. ") if not method.offered else ""
    indicator = capfirst(indicator_of(method))
    return {
        "code": method.code,
        "label": method_label(method),
        "about": f"{meant}{indicator}; {method.validity}. {method.source}.",
        "items": [
            {
                "name": item.name,
                "label": item_label(item.label),
                "required": item.required,
                "choices": [
                    {"value": value, "label": label}
                    for value, label in item.choices
                    if _possible(item.name, value, elements)
                ],
            }
            for item in method.items
        ],
    }


def _possible(name: str, value: str, elements: frozenset[str] | None) -> bool:
    """Say whether a subject has the element that an answer names."""
    if elements is None or name not in ("bone", "tooth", "site"):
        return True
    return value.split(".", maxsplit=1)[0] in elements
