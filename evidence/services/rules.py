"""The rules of the tables of evidence in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.refusals import WrongState
from cases.services.rules import DatabaseRule, declare_rules

_NEVER_EDITED = DatabaseRule(
    "custody.never_edited",
    _("What was entered about custody is never edited."),
    way_forward=_("Make a late entry: it supersedes what it contradicts."),
    kind=WrongState,
)
_RECORDED_NOW = DatabaseRule(
    "custody.recorded_now", _("When something was recorded is when it was written."), kind=WrongState
)
_ONE_ITEM = DatabaseRule(
    "custody.one_item", _("It is about one find, specimen or exhibit: exactly one of them.")
)
_ONE_HOLDER = DatabaseRule(
    "custody.one_holder",
    _("It goes to a person, to an agency, or to a body outside: to exactly one of them."),
    "to",
    _("Fill in one of the three."),
)
_AHEAD = DatabaseRule(
    "custody.not_yet", _("This time has not come yet."), way_forward=_("Enter when it happened.")
)
_DIFFERS = DatabaseRule(
    "custody.seal_differs",
    _("The seal on arrival is not the one of dispatch."),
    "seal",
    _("Record a broken seal first."),
    WrongState,
)
_DISPOSAL = DatabaseRule(
    "exhibit.needs_second_person",
    _("Using up, releasing or destroying an item takes two people: one proposes, somebody else confirms."),
    "disposal",
    _("Ask somebody else of the case to confirm it."),
    WrongState,
)
_AS_HELD = DatabaseRule(
    "custody.disagrees", _("The status of the item is not what its custody says."), "status", kind=WrongState
)

declare_rules(
    {
        "evidence_exhibit_number_unique": DatabaseRule(
            "exhibit.number_taken", _("Another exhibit of the case has this number."), "number"
        ),
        "evidence_exhibit_serial_unique": DatabaseRule(
            "exhibit.number_taken", _("Another exhibit of the site has this serial."), "serial"
        ),
        "evidence_exhibit_number_fixed": DatabaseRule(
            "exhibit.number_fixed",
            _("An exhibit keeps the number that was given to it, and its site."),
            "number",
        ),
        "evidence_exhibit_described": DatabaseRule(
            "exhibit.described", _("An exhibit says what it is."), "description"
        ),
        "evidence_exhibit_parting_reasoned": DatabaseRule(
            "exhibit.parting_without_reason",
            _("Taking a part out of an item has a reason, and nothing else has."),
            "parting_reason",
            _("Say in a sentence why it was taken."),
        ),
        "evidence_exhibit_part_of_something": DatabaseRule(
            "exhibit.part_of_nothing",
            _("A part came out of an exhibit, a specimen or a find, and says how."),
            "parting",
        ),
        "evidence_exhibit_not_of_itself": DatabaseRule(
            "exhibit.part_of_itself", _("An exhibit does not come out of itself."), "parent"
        ),
        "evidence_exhibit_origin_fixed": DatabaseRule(
            "exhibit.origin_fixed",
            _("What a part was taken out of stays as it was recorded: custody went on from there."),
            "parting",
            kind=WrongState,
        ),
        "evidence_exhibit_of_other_site": DatabaseRule(
            "exhibit.of_other_site",
            _("An exhibit belongs to the site of the context, find, specimen or exhibit it is tied to."),
            "site",
            _("Choose what belongs to the same site, or leave it empty."),
        ),
        "evidence_exhibit_injury_of_specimen": DatabaseRule(
            "exhibit.injury_of_specimen",
            _("The injury is one of another specimen."),
            "injury",
            _("Choose the specimen on which it was seen."),
        ),
        "evidence_exhibit_point_whole": DatabaseRule(
            "exhibit.point_whole",
            _("A point has east and north, or neither; a height alone is no point."),
            "easting_m",
        ),
        "evidence_exhibit_released_to_somebody": DatabaseRule(
            "exhibit.released_to_nobody", _("A release says to whom."), "disposal_to"
        ),
        "evidence_exhibit_disposal_proposed": _DISPOSAL,
        "evidence_exhibit_disposed_by_two": _DISPOSAL,
        "evidence_exhibit_disposal_signed": _DISPOSAL,
        "evidence_exhibit_as_held": _AS_HELD,
        "evidence_find_as_held": _AS_HELD,
        "evidence_storageplace_of_agency": DatabaseRule(
            "storage.of_agency",
            _("The outermost place names the agency whose premises it is; a place inside another does not."),
            "agency",
            _("Choose the agency, or the place it is inside of."),
        ),
        "evidence_storageplace_named": DatabaseRule("storage.named", _("A place has a name."), "name"),
        "evidence_storageplace_name_unique": DatabaseRule(
            "storage.name_taken", _("There is a place of this name there already."), "name"
        ),
        "evidence_storageplace_not_inside_itself": DatabaseRule(
            "storage.circle", _("A place is not inside itself."), "parent"
        ),
        "evidence_storageplace_circle": DatabaseRule(
            "storage.circle", _("A place is not inside itself."), "parent"
        ),
        "evidence_placement_one_place": DatabaseRule(
            "storage.two_places",
            _("The item lies somewhere else at that time."),
            "place",
            kind=WrongState,
        ),
        "evidence_placement_one_item": _ONE_ITEM,
        "evidence_placement_not_ahead": _AHEAD,
        "evidence_placement_as_entered": _NEVER_EDITED,
        "evidence_placement_ended_once": _NEVER_EDITED,
        "evidence_placement_recorded_now": _RECORDED_NOW,
        "evidence_seal_one_item": _ONE_ITEM,
        "evidence_seal_number_unique": DatabaseRule(
            "seal.number_taken",
            _("Another seal of the case has this number."),
            "number",
            _("Read the number again: each seal is used once."),
        ),
        "evidence_seal_one_intact": DatabaseRule(
            "seal.on_already",
            _("The item is under another seal already."),
            "number",
            _("Record that this seal is broken first, and why."),
            WrongState,
        ),
        "evidence_seal_numbered": DatabaseRule("seal.numbered", _("A seal has a number."), "number"),
        "evidence_seal_not_ahead": _AHEAD,
        "evidence_seal_broken_after_applied": DatabaseRule(
            "seal.broken_before", _("A seal is not broken before it was put on."), "broken_at"
        ),
        "evidence_seal_break_reasoned": DatabaseRule(
            "record.reason_required", _("This is done only with a reason."), "reason"
        ),
        "evidence_seal_as_applied": _NEVER_EDITED,
        "evidence_seal_broken_once": DatabaseRule(
            "seal.broken", _("The seal is broken already."), kind=WrongState
        ),
        "evidence_seal_broken_by": DatabaseRule(
            "seal.broken_by", _("A broken seal is recorded in one's own name."), kind=WrongState
        ),
        "evidence_seal_recorded_now": _RECORDED_NOW,
        "evidence_consignment_serial_unique": DatabaseRule(
            "custody.number_taken", _("Another consignment of the case has this number."), "number"
        ),
        "evidence_consignment_one_from": _ONE_HOLDER,
        "evidence_consignment_one_to": _ONE_HOLDER,
        "evidence_consignment_purposeful": DatabaseRule(
            "record.reason_required", _("This is done only with a reason."), "purpose"
        ),
        "evidence_consignment_not_ahead": _AHEAD,
        "evidence_consignment_to_another": DatabaseRule(
            "custody.to_oneself", _("It is handed over to somebody else."), "to"
        ),
        "evidence_consignment_as_entered": _NEVER_EDITED,
        "evidence_consignment_recorded_now": _RECORDED_NOW,
        "evidence_custodyevent_one_item": _ONE_ITEM,
        "evidence_custodyevent_one_open": DatabaseRule(
            "custody.on_its_way",
            _("The item is on its way already."),
            way_forward=_("Wait until it is accepted or refused, or call it back."),
            kind=WrongState,
        ),
        "evidence_custodyevent_by_holder": DatabaseRule(
            "custody.not_holder",
            _("An item is handed over by whoever holds it."),
            way_forward=_("Ask the holder to hand it over."),
            kind=WrongState,
        ),
        "evidence_custodyevent_by_receiver": DatabaseRule(
            "custody.not_receiver",
            _("A hand-over is accepted or refused by whom it was sent to."),
            kind=WrongState,
        ),
        "evidence_custodyevent_answered": DatabaseRule(
            "custody.answered", _("An answer says when, and by whom."), kind=WrongState
        ),
        "evidence_custodyevent_answered_once": DatabaseRule(
            "custody.answered", _("The hand-over was answered already."), kind=WrongState
        ),
        "evidence_custodyevent_workflow": DatabaseRule(
            "custody.answered", _("The hand-over was answered already."), "status", kind=WrongState
        ),
        "evidence_custodyevent_answer_after_release": DatabaseRule(
            "custody.arrived_before", _("Nothing arrives before it is sent."), "answered_at"
        ),
        "evidence_custodyevent_not_ahead": _AHEAD,
        "evidence_custodyevent_refusal_reasoned": DatabaseRule(
            "record.reason_required", _("This is done only with a reason."), "reason"
        ),
        "evidence_custodyevent_seal_said": DatabaseRule(
            "custody.seal_unsaid",
            _("The seal on arrival is not the one of dispatch, and nothing says what was found."),
            "remark",
            _("Say in a sentence what you found."),
        ),
        "evidence_custodyevent_seal_differs": _DIFFERS,
        "evidence_custodyevent_seal_on_it": DatabaseRule(
            "custody.seal_on_it", _("The seal is not the one that is on the item."), "seal", kind=WrongState
        ),
        "evidence_custodyevent_held": _AS_HELD,
        "evidence_custodyevent_as_sent": _NEVER_EDITED,
        "evidence_custodyevent_recorded_now": _RECORDED_NOW,
        "evidence_holding_one_item": _ONE_ITEM,
        "evidence_holding_one_holder": _ONE_HOLDER,
        "evidence_holding_one_at_a_time": DatabaseRule(
            "custody.overlap", _("Somebody else holds the item at that time."), "from_at", kind=WrongState
        ),
        "evidence_holding_tiling": DatabaseRule(
            "custody.gap",
            _("From the first holding on somebody holds an item at every instant."),
            "from_at",
            kind=WrongState,
        ),
        "evidence_holding_late_not_now": DatabaseRule(
            "custody.not_now",
            _("Who holds an item now changes by a hand-over that is accepted."),
            "holder",
            kind=WrongState,
        ),
        "evidence_holding_of_event": DatabaseRule(
            "custody.not_accepted", _("Nobody holds what was not accepted by its receiver."), kind=WrongState
        ),
        "evidence_holding_by_event": DatabaseRule(
            "custody.not_accepted", _("A holding by hand-over names the hand-over."), kind=WrongState
        ),
        "evidence_holding_late_reasoned": DatabaseRule(
            "record.reason_required", _("This is done only with a reason."), "reason"
        ),
        "evidence_holding_end_dated": DatabaseRule(
            "record.reason_required", _("The end of custody has a time and a reason."), "reason"
        ),
        "evidence_holding_end_of_kind": DatabaseRule(
            "custody.end_of_kind",
            _("An exhibit is used up, released or destroyed; a find is returned, reburied or merged."),
            "ending",
            kind=WrongState,
        ),
        "evidence_holding_superseded_reasoned": DatabaseRule(
            "record.reason_required", _("This is done only with a reason."), "reason"
        ),
        "evidence_holding_not_ahead": _AHEAD,
        "evidence_holding_as_entered": _NEVER_EDITED,
        "evidence_holding_never_withdrawn": _NEVER_EDITED,
        "evidence_holding_recorded_now": _RECORDED_NOW,
    }
)
