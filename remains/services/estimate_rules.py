"""The rules of what estimates hold of a method, and of stature, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.services.rules import DatabaseRule, declare_rules

declare_rules(
    {
        "remains_estimate_stature_interval": DatabaseRule(
            "estimate.stature_interval", _("The interval of stature ends before it begins."), "stature_max_cm"
        ),
        "remains_estimate_stature_human": DatabaseRule(
            "estimate.stature_human", _("A stature is 20 to 280 cm."), "stature_min_cm"
        ),
        "remains_estimate_scored": DatabaseRule(
            "estimate.scored",
            _("An estimate by a published method holds what was scored and what its interval means."),
            "method_code",
            _("Choose the method and score it, or write the interval with its method in words."),
        ),
        "remains_estimate_bounds_a_person": DatabaseRule(
            "estimate.bounds_no_person",
            _("An interval of a mean, or of modal ages, is no interval of one person."),
            "method_code",
        ),
    }
)
