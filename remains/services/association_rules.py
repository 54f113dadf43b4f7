"""The rules of associations and individuals in words, for what the database refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.refusals import WrongState
from cases.services.rules import DatabaseRule, declare_rules

declare_rules(
    {
        "remains_association_ordered": DatabaseRule(
            "association.itself", _("A specimen is not associated with itself."), "second"
        ),
        "remains_association_once": DatabaseRule(
            "association.once", _("This is recorded of these two specimens already."), kind=WrongState
        ),
        "remains_association_kind_known": DatabaseRule(
            "association.kind", _("There is no such kind of association."), "kind"
        ),
        "remains_association_stage_known": DatabaseRule(
            "association.stage", _("An association is possible, final or excluded."), "stage"
        ),
        "remains_association_based": DatabaseRule(
            "association.based", _("An association says on what basis, and by whom."), "basis"
        ),
        "remains_association_ends_fixed": DatabaseRule(
            "association.never_edited",
            _("Specimens, kind and stage of an association stay as they were recorded."),
            way_forward=_("Record the next stage, or withdraw it with a reason and record it anew."),
            kind=WrongState,
        ),
        "remains_association_refit_of_one_element": DatabaseRule(
            "association.refit_element", _("Fragments that refit are of one element."), "kind"
        ),
        "remains_association_refit_of_one_side": DatabaseRule(
            "association.refit_side", _("Fragments that refit are of one side."), "kind"
        ),
        "remains_association_refit_zones_apart": DatabaseRule(
            "association.refit_zones",
            _("Fragments that refit do not both have more than half of one zone."),
            "kind",
        ),
        "remains_association_pair_of_two_sides": DatabaseRule(
            "association.pair", _("A pair is the left and the right of one element."), "kind"
        ),
        "remains_association_articulation_of_neighbours": DatabaseRule(
            "association.articulation", _("These two do not meet at a joint."), "kind"
        ),
        "remains_association_final_or_excluded": DatabaseRule(
            "association.contradiction",
            _("Two specimens cannot be of one person and excluded from it."),
            "stage",
            _("Withdraw what does not hold, with a reason."),
            kind=WrongState,
        ),
        "remains_association_with_individuals": DatabaseRule(
            "association.individuals",
            _("The association contradicts the individuals of its specimens."),
            "stage",
            _("Take one specimen out of its individual first, or merge the individuals."),
            kind=WrongState,
        ),
        "remains_individual_number_unique": DatabaseRule(
            "individual.number_taken", _("Another individual of the case has this number."), "number"
        ),
        "remains_individual_serial_unique": DatabaseRule(
            "individual.number_taken", _("Another individual of the case has this serial."), "serial"
        ),
        "remains_individual_number_fixed": DatabaseRule(
            "individual.number_fixed", _("An individual keeps the number that was given to it."), "number"
        ),
        "remains_individual_withdrawn_empty": DatabaseRule(
            "individual.not_empty",
            _("The individual still has specimens."),
            way_forward=_("Take them out first, or merge it into another."),
            kind=WrongState,
        ),
        "remains_individualpart_one_person": DatabaseRule(
            "individual.of_another",
            _("The specimen is in an individual already."),
            "specimens",
            _("Take it out there first, with a reason, or merge the individuals."),
            kind=WrongState,
        ),
        "remains_individualpart_reasoned": DatabaseRule(
            "record.reason_required", _("This is done only with a reason."), "reason"
        ),
        "remains_individualpart_leaving_reasoned": DatabaseRule(
            "record.reason_required", _("This is done only with a reason."), "reason"
        ),
        "remains_individualpart_left_once": DatabaseRule(
            "individual.left_already", _("The specimen has left the individual."), kind=WrongState
        ),
    }
)
