"""The rules of the tables of remains in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.refusals import WrongState
from cases.services.rules import DatabaseRule, declare_rules

_NEVER_EDITED = DatabaseRule(
    "estimate.never_edited",
    _("An estimate is never edited."),
    way_forward=_("Record a new estimate that supersedes it."),
    kind=WrongState,
)

declare_rules(
    {
        "remains_find_number_unique": DatabaseRule(
            "find.number_taken", _("Another find of the case has this number."), "number"
        ),
        "remains_find_serial_unique": DatabaseRule(
            "find.number_taken", _("Another find of the site has this serial."), "serial"
        ),
        "remains_find_number_fixed": DatabaseRule(
            "find.number_fixed",
            _("A find keeps the number that was given to it."),
            "number",
            _("Record the other label as an alias."),
        ),
        "remains_find_context_of_other_site": DatabaseRule(
            "find.context_of_other_site",
            _("The context is one of another site."),
            "context",
            _("Choose a context of the find's site, or leave it empty."),
        ),
        "remains_find_orientation": DatabaseRule(
            "find.orientation",
            _("An orientation is 0 to 359 degrees from grid north."),
            "orientation_deg",
        ),
        "remains_find_lifted_after_found": DatabaseRule(
            "find.lifted_after_found", _("A find is not lifted before it is found."), "lifted_on"
        ),
        "remains_find_lifting_recorded": DatabaseRule(
            "find.lifting_not_recorded",
            _("The day of lifting is not recorded."),
            "lifted_on",
            _("Enter on which day and by whom the find was lifted."),
        ),
        "remains_find_point_whole": DatabaseRule(
            "find.point_whole",
            _("A point has east and north, or neither; a height alone is no point."),
            "easting_m",
        ),
        "remains_find_merged": DatabaseRule(
            "find.merged", _("The find was merged into another."), kind=WrongState
        ),
        "remains_find_retained": DatabaseRule(
            "find.retained",
            _("The find is retained by court order."),
            "status",
            _("Ask the prosecutor of the case."),
            WrongState,
        ),
        "remains_find_received": DatabaseRule(
            "find.received",
            _("The find has left the field; only a prosecutor of the case withdraws it."),
            "status",
            _("Ask the prosecutor of the case."),
            WrongState,
        ),
        "remains_specimen_imported_once": DatabaseRule(
            "specimen.imported_once", _("This row of the source was imported already."), "import_key"
        ),
        "remains_findalias_once": DatabaseRule(
            "find.alias_once", _("The find has this label already."), "label"
        ),
        "remains_lineage_two_finds": DatabaseRule(
            "find.lineage_circle", _("A find does not come out of itself.")
        ),
        "remains_lineage_circle": DatabaseRule(
            "find.lineage_circle", _("A find does not come out of itself.")
        ),
        "remains_lineage_reasoned": DatabaseRule(
            "record.reason_required", _("This is done only with a reason."), "reason"
        ),
        "remains_lineage_once": DatabaseRule("find.lineage_once", _("This lineage is recorded already.")),
        "remains_lineage_one_site": DatabaseRule(
            "find.two_sites", _("Finds of two sites are not split from or merged into one another.")
        ),
        "remains_lineage_merged_once": DatabaseRule(
            "find.merged", _("The find was merged into another already."), kind=WrongState
        ),
        "remains_estimate_one_subject": DatabaseRule(
            "estimate.one_subject",
            _("An estimate is about one find, site, specimen or individual: exactly one of them."),
            "find",
        ),
        "remains_estimate_value_of_its_kind": DatabaseRule(
            "estimate.value_of_its_kind",
            _(
                "An estimate holds a value of its own kind and of no other: age, sex, stature or burial interval."
            ),
            "kind",
            _("Record each question as an estimate of its own; what was not examined is left out."),
        ),
        "remains_estimate_age_interval": DatabaseRule(
            "estimate.age_interval", _("The interval of age ends before it begins."), "age_max_years"
        ),
        "remains_estimate_age_human": DatabaseRule(
            "estimate.age_human",
            _("An age at death is -1 (before birth) to 125 years."),
            "age_min_years",
        ),
        "remains_estimate_not_by_itself": DatabaseRule(
            "estimate.circle", _("An estimate does not supersede itself.")
        ),
        "remains_estimate_circle": DatabaseRule(
            "estimate.circle", _("Estimates do not supersede one another in a circle.")
        ),
        "remains_estimate_other_question": DatabaseRule(
            "estimate.other_question",
            _("An estimate is superseded by one of the same question about the same subject."),
        ),
        "remains_estimate_superseded_once": DatabaseRule(
            "estimate.superseded", _("The estimate is superseded already."), kind=WrongState
        ),
        "remains_estimate_sex_probable": DatabaseRule(
            "estimate.sex_probability",
            _("A probability is that of a sex by a published method, 0.5 to 1."),
            "sex_probability",
        ),
        "remains_estimate_based": DatabaseRule(
            "estimate.based", _("An estimate names its method, what was seen, and its observer."), "basis"
        ),
        "remains_estimate_never_edited": _NEVER_EDITED,
        "remains_specimen_number_unique": DatabaseRule(
            "specimen.number_taken", _("Another specimen of the case has this number."), "number"
        ),
        "remains_specimen_serial_unique": DatabaseRule(
            "specimen.number_taken", _("Another specimen of the find has this serial."), "serial"
        ),
        "remains_specimen_number_fixed": DatabaseRule(
            "specimen.number_fixed", _("A specimen keeps the number that was given to it."), "number"
        ),
        "remains_specimen_find_merged": DatabaseRule(
            "find.merged", _("The find was merged into another."), "find", kind=WrongState
        ),
        "remains_specimen_side_known": DatabaseRule(
            "specimen.side", _("A side is left, right, axial, or not told."), "side"
        ),
        "remains_specimen_side_of_element": DatabaseRule(
            "specimen.side", _("The element does not have this side."), "side"
        ),
        "remains_specimen_zone_of_element": DatabaseRule(
            "specimen.zone", _("The element does not have one of these zones."), "zones"
        ),
        "remains_specimen_status_of_tooth": DatabaseRule(
            "specimen.status_of_tooth",
            _("Only a tooth has a tooth status."),
            "tooth_status",
            _("Leave the tooth status empty."),
        ),
        "remains_specimen_no_tooth_no_zones": DatabaseRule(
            "specimen.no_tooth",
            _("A tooth that is not there has no zones and no completeness."),
            "tooth_status",
            _("Empty both, or choose a status that says the tooth is there."),
        ),
        "remains_specimen_weight_positive": DatabaseRule(
            "specimen.weight", _("A weight is more than 0 g."), "weight_g", _("Leave it empty if unknown.")
        ),
        "remains_specimen_fragments_positive": DatabaseRule(
            "specimen.fragments",
            _("There is at least 1 fragment."),
            "fragment_count",
            _("Leave it empty if nobody counted."),
        ),
        "remains_specimen_dna_group_said": DatabaseRule(
            "specimen.dna_group", _("A DNA group has a label, or there is none."), "dna_group"
        ),
        "remains_measurement_positive": DatabaseRule(
            "measurement.positive", _("A measurement is more than 0."), "value"
        ),
        "remains_measurement_unit_known": DatabaseRule(
            "measurement.unit", _("A measurement is in mm, cm or inches."), "unit"
        ),
        "remains_measurement_observed": DatabaseRule(
            "measurement.observer", _("A measurement names who took it."), "observer"
        ),
        "remains_measurement_normalised": DatabaseRule(
            "measurement.normalised", _("The value in mm is not the value that was read."), "value"
        ),
        "remains_measurement_of_element": DatabaseRule(
            "measurement.other_element", _("This measurement is not taken on this element."), "kind"
        ),
        "remains_measurement_unusual_explained": DatabaseRule(
            "measurement.unusual",
            _("The value is beyond what any person is known for, and nothing says why."),
            "value",
            _("Look at value and unit again; if they are right, say so in the note."),
        ),
        "remains_statedminimum_positive": DatabaseRule(
            "minimum.positive", _("A minimum number is 1 or more."), "minimum"
        ),
        "remains_statedminimum_sourced": DatabaseRule(
            "minimum.source", _("A minimum number is recorded with who states it."), "source"
        ),
        "remains_statedgroup_positive": DatabaseRule(
            "minimum.group_positive", _("A group is 1 or more people."), "number"
        ),
        "remains_statedgroup_within_minimum": DatabaseRule(
            "minimum.group_too_large",
            _("A group has no more people than the minimum it is part of."),
            "number",
        ),
        "remains_statedgroup_age_interval": DatabaseRule(
            "minimum.age_interval", _("The interval of age ends before it begins."), "age_max_years"
        ),
        "remains_statedgroup_age_human": DatabaseRule(
            "minimum.age_human", _("An age at death is -1 (before birth) to 125 years."), "age_min_years"
        ),
        "remains_assessment_signed": DatabaseRule(
            "assessment.frozen",
            _("A signed or discarded assessment stays as it is."),
            "status",
            _("Draft a new one; signed, it stands in the place of this one."),
            kind=WrongState,
        ),
        "remains_assessment_signed_by_another": DatabaseRule(
            "assessment.needs_second_person",
            _("An assessment is drafted by one anthropologist and signed by another."),
            "signed_by",
            _("Ask another anthropologist of the case to sign it."),
            kind=WrongState,
        ),
    }
)
