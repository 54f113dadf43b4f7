"""Who has which right, written down: a change of rights is a change of this table."""

from __future__ import annotations

import pytest

from cases import access
from cases.models import Role
from tests.actors import Cast

#: I investigator, A anthropologist, L laboratory analyst, C custodian, P prosecutor, R liaison (ICRC),
#: S supervisor, U auditor, M administrator, K client of a partner agency.
LETTERS = {
    "I": Role.INVESTIGATOR,
    "A": Role.ANTHROPOLOGIST,
    "L": Role.LABORATORY,
    "C": Role.CUSTODIAN,
    "P": Role.PROSECUTOR,
    "R": Role.LIAISON,
    "S": Role.SUPERVISOR,
    "U": Role.AUDITOR,
    "M": Role.ADMINISTRATOR,
    "K": access.CLIENT,
}
TEAM = "IACPRSU"
#: View, create, change, withdraw; a dash where there is no such right.
RECORDS = {
    "cases.incident": (TEAM, "IPR", "IPR", "IPR"),
    "cases.statedfigure": (TEAM, "IPR", "IPR", "IPR"),
    "cases.discoveryreport": (TEAM, "IPR", "IPR", "IPR"),
    "cases.site": (TEAM, "I", "I", "I"),
    "cases.sitevisit": (TEAM, "I", "I", "I"),
    "cases.visitparticipant": (TEAM, "I", "I", "I"),
    "cases.sitehazard": (TEAM, "I", "I", "I"),
    "cases.protectionmeasure": (TEAM, "I", "I", "I"),
    "cases.protectionbreach": (TEAM, "I", "I", "I"),
    "cases.sitecontradiction": (TEAM, "I", "I", "I"),
    "cases.sitelink": (TEAM, "I", "I", "I"),
    "cases.linkproof": (TEAM, "I", "I", "I"),
    "cases.context": (TEAM, "IA", "IA", "IA"),
    "cases.contextrelation": (TEAM, "IA", "IA", "IA"),
    "cases.membership": (TEAM, "PS", "PS", "PS"),
    "cases.direction": (TEAM, "P", "P", "P"),
    "cases.observation": (TEAM, "IACPRS", "-", "IACPRS"),
    "cases.enquiry": (TEAM, "R", "-", "-"),
    "cases.proceeding": (TEAM, "P", "P", "P"),
    "cases.disclosure": (TEAM, "P", "-", "-"),
    "cases.discloseditem": (TEAM, "P", "-", "-"),
    "cases.sharing": (TEAM, "P", "-", "-"),
    "cases.sharingsource": (TEAM, "P", "-", "-"),
    "cases.case": (TEAM, "PS", "P", "-"),
    "cases.client": ("M", "M", "M", "-"),
    "cases.contribution": (TEAM, "K", "IAP", "-"),
    "cases.webhook": ("M", "M", "M", "-"),
    "cases.delivery": ("PSU", "-", "-", "-"),
    "cases.sharingagreement": (TEAM, "IP", "IP", "-"),
    "cases.publicpage": (TEAM, "P", "P", "P"),
    "cases.publictitle": (TEAM, "P", "P", "P"),
    "cases.publicupdate": (TEAM, "IP", "IP", "-"),
    "cases.publictext": (TEAM, "IP", "IP", "IP"),
    "cases.publicfact": (TEAM, "IP", "-", "IP"),
    "cases.agency": (TEAM + "LMK", "M", "M", "-"),
    "cases.user": (TEAM + "LM", "M", "M", "-"),
    "cases.appointment": (TEAM + "LM", "M", "M", "-"),
    "cases.code": (TEAM + "LMK", "M", "M", "-"),
    "remains.find": (TEAM, "IA", "IA", "IAP"),
    "remains.findalias": (TEAM, "IA", "IA", "IA"),
    "remains.conditionnote": (TEAM, "IA", "IA", "IA"),
    "remains.lineage": (TEAM, "IA", "-", "-"),
    "remains.estimate": (TEAM, "IA", "-", "IA"),
    "remains.specimen": (TEAM, "A", "A", "A"),
    "remains.measurement": (TEAM, "A", "-", "A"),
    "remains.association": (TEAM, "A", "A", "A"),
    "remains.individual": (TEAM, "A", "A", "A"),
    "remains.individualpart": (TEAM, "A", "A", "A"),
    "remains.injury": (TEAM, "A", "A", "A"),
    "remains.assessment": (TEAM, "A", "A", "-"),
    "remains.statedminimum": (TEAM, "IP", "IP", "IP"),
    "remains.statedgroup": (TEAM, "IP", "IP", "IP"),
    "evidence.photograph": (TEAM, "IACP", "IACP", "IACP"),
    "evidence.document": (TEAM, "IACPR", "IACPR", "IACPR"),
    "evidence.filelink": (TEAM, "IACPR", "-", "IACPR"),
    "evidence.referral": (TEAM, "IA", "IA", "-"),
    "evidence.referralitem": (TEAM, "IA", "IA", "IA"),
    "evidence.examination": (TEAM, "IA", "IA", "IA"),
    "evidence.expertreport": (TEAM, "L", "-", "-"),
    "evidence.result": (TEAM, "L", "-", "-"),
    "evidence.finding": (TEAM, "L", "-", "-"),
    "evidence.exhibit": (TEAM, "IA", "IA", "IAP"),
    "evidence.legalhold": (TEAM, "P", "-", "-"),
    "evidence.storageplace": (TEAM, "C", "C", "C"),
    "evidence.placement": (TEAM, "IAC", "-", "-"),
    "evidence.holding": (TEAM, "IAC", "-", "-"),
    "evidence.consignment": (TEAM, "IAC", "-", "-"),
    "evidence.custodyevent": (TEAM, "IAC", "-", "-"),
    "evidence.seal": (TEAM, "IAC", "-", "-"),
}
#: What is read on paper; whoever sees a record may print what they see of it, and the log has it.
PRINTS = {"evidence.report:make": TEAM, "evidence.label:print": TEAM, "evidence.bundle:make": "PU"}
OTHERS = {
    "cases.contribution:decide": "IAP",
    "cases.sharingagreement:sign": "P",
    "cases.case:direct": "P",
    "cases.case:hand_over": "P",
    "cases.ledger:view": TEAM,
    "cases.accesslogentry:view": "U",
    "cases.site:decide": "IP",
    "cases.site:import": "IP",
    "remains.specimen:import": "A",
    "cases.site:release": "P",
    "cases.mirror:view": "IACPSU",
    "cases.topic:view": TEAM,
    "cases.direction:decide": "P",
    "cases.direction:work": "IAC",
    "cases.direction:reassign": "PS",
    "cases.observation:answer": "IAPR",
    "cases.enquiry:answer": "IAP",
    "cases.enquiry:close": "IAPR",
    "cases.publicpage:open": "P",
    "cases.publicupdate:publish": "P",
    "evidence.custodyevent:accept": "IAC",
    "evidence.custodyevent:accept_for_laboratory": "L",
    "evidence.exhibit:consume": "AC",
    "evidence.exhibit:propose_disposal": "IACP",
    "evidence.exhibit:dispose": "P",
    "evidence.holding:correct": "C",
    "evidence.legalhold:ask_lift": "IACP",
    "evidence.legalhold:lift": "P",
    "evidence.seal:break": "IAC",
    "evidence.filealarm:view": "IACPSUM",
    "evidence.filealarm:answer": "CP",
    "evidence.filealarm:keep": "M",
    "remains.find:lift": "IA",
    "remains.find:move": "IAC",
    "remains.find:examine": "A",
    "remains.find:release": "P",
    "remains.find:divide": "IA",
    "remains.estimate:supersede": "IA",
    "remains.assessment:sign": "A",
    "remains.assessment:discard": "A",
    **PRINTS,
    "evidence.referral:request": "IA",
    "evidence.referral:approve": "P",
    "evidence.referral:dispatch": "C",
    "evidence.referral:examine": "L",
    "evidence.referral:accept": "A",
    "evidence.referral:dispute": "AP",
    "evidence.finding:decide": "A",
}
WRITTEN = OTHERS | {
    f"{stem}:{verb}": letters
    for stem, row in RECORDS.items()
    for verb, letters in zip(("view", "create", "change", "withdraw"), row, strict=True)
    if letters != "-"
}


def test_rights_are_as_written() -> None:
    declared = {name: set(roles) for name, roles in access.declared().items()}
    assert declared == {name: {LETTERS[letter] for letter in letters} for name, letters in WRITTEN.items()}


@pytest.mark.parametrize("name", [*Role.values, "second_prosecutor", "outsider", "nobody"])
def test_each_person_may_what_their_role_may(cast: Cast, name: str) -> None:
    """The whole table, for everyone, in case A: by membership, by appointment, or not at all."""
    held = {"second_prosecutor": "prosecutor", "outsider": None, "nobody": None, "administrator": None}
    role = held.get(name, name)
    for permission, letters in WRITTEN.items():
        expected = role is not None and role in {LETTERS[letter] for letter in letters}
        assert access.may(cast.people[name], permission, cast.case_a) is expected, permission


def test_an_administrator_keeps_accounts_and_nothing_of_a_case(cast: Cast) -> None:
    for stem in ("agency", "user", "appointment", "code"):
        assert access.may(cast.administrator, f"cases.{stem}:create")
    assert not access.may(cast.administrator, "cases.case:view", cast.case_a)
    assert not access.may_somewhere(cast.administrator, "cases.case:view")


def test_an_auditor_writes_nothing() -> None:
    verbs = {name.split(":")[1] for name, letters in WRITTEN.items() if "U" in letters and name not in PRINTS}
    assert verbs == {"view"}


def test_a_custodian_alters_no_finding() -> None:
    writes = {name for name, letters in WRITTEN.items() if "C" in letters and not name.endswith(":view")}
    said = {"cases.observation:create", "cases.observation:withdraw"}
    said |= {"remains.find:move", "evidence.referral:dispatch", "cases.direction:work"}
    for stem in ("photograph", "document", "filelink"):
        said |= {f"evidence.{stem}:{verb}" for verb in ("create", "change", "withdraw")} & set(WRITTEN)
    said.add("evidence.filealarm:answer")
    # Where things lie, under which seal, in whose hands, and what an examination used up.
    said |= {f"evidence.storageplace:{verb}" for verb in ("create", "change", "withdraw")}
    said |= {
        f"evidence.{stem}:create" for stem in ("placement", "holding", "consignment", "custodyevent", "seal")
    }
    said |= {f"evidence.exhibit:{verb}" for verb in ("consume", "propose_disposal")}
    said |= {"evidence.custodyevent:accept", "evidence.holding:correct", "evidence.seal:break"}
    said.add("evidence.legalhold:ask_lift")
    assert writes - set(PRINTS) == said


def test_a_permission_that_nobody_declared_is_a_fault_and_never_a_yes(cast: Cast) -> None:
    for ask in (
        lambda: access.may(cast.prosecutor, "cases.case:destroy", cast.case_a),
        lambda: access.may_somewhere(cast.prosecutor, "cases.case:destroy"),
        lambda: access.require(cast.prosecutor, "cases.case:destroy", cast.case_a),
        lambda: access.cases_where(cast.prosecutor, "cases.case:destroy"),
        lambda: access.roles_with(""),
    ):
        with pytest.raises(access.UnknownPermission):
            ask()


def test_a_permission_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        access.declare({"cases.case:view": []})
