"""One table of route x method x person -> status, for every address of the project. A route that is not in it fails.

Pages of records are declared by kind of record: who sees it, adds it, changes it, withdraws it. Pages are not rendered
here, so that every combination can be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib import admin
from django.template.response import SimpleTemplateResponse
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cases.models import (
    AccessLogEntry,
    Agency,
    Appointment,
    Case,
    Client,
    ClientSecret,
    Code,
    Mirror,
    MirroredRecord,
    User,
    Webhook,
)
from evidence.labels.sheets import KINDS as LABELLED
from evidence.labels.tokens import KINDS as TOKENS
from evidence.labels.tokens import token_of
from evidence.reports.kinds import KINDS as REPORTS
from tests.actors import Cast
from tests.cases.sharing import mirror_beside
from tests.cases.test_admin_base import browser
from tests.evidence.sent import sent
from tests.scene import MAKERS, Scene, fill_system

ANTHROPOLOGIST = frozenset({"anthropologist"})
PROSECUTORS = frozenset({"prosecutor", "second_prosecutor"})
INVESTIGATORS = frozenset({"investigator"})
FIELD = frozenset({"investigator", "anthropologist"})
TEAM = frozenset({*FIELD, *PROSECUTORS, "custodian", "liaison", "supervisor", "auditor"})
EVERYBODY = frozenset({*TEAM, "laboratory", "administrator", "outsider", "nobody"})
ADMINISTRATORS = frozenset({"administrator"})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kind:
    """Who may do what with the records of case A of one kind. `adds` also holds who may in another case."""

    adds: frozenset[str] = NOBODY
    changes: frozenset[str] = NOBODY
    withdraws: frozenset[str] | None = NOBODY
    sees: frozenset[str] = TEAM
    lists: frozenset[str] = EVERYBODY
    unseen: int = 404
    #: Ways of the workflow, and who may take each.
    ways: dict[str, frozenset[str]] = field(default_factory=dict)
    #: Those of them that lead to the page on which all of what is decided is read.
    decided: frozenset[str] = NOBODY
    #: Who changes its handling: those who change the record, unless others are named.
    handles: frozenset[str] | None = None


def written_by(people: frozenset[str], *, part: bool = False, **more: Any) -> Kind:
    """Return the kind that these people write, who in case B are played by the outsider too."""
    add = NOBODY if part else people | _also_in_b(people)
    return Kind(adds=add, changes=people, withdraws=people, **more)


def _also_in_b(people: frozenset[str]) -> frozenset[str]:
    """The outsider is investigator and prosecutor of case B."""
    return frozenset({"outsider"}) if people & {"investigator", "prosecutor"} else NOBODY


STATING = INVESTIGATORS | PROSECUTORS | {"liaison"}
TAKING = FIELD | PROSECUTORS | {"custodian"}
COUNTING = INVESTIGATORS | PROSECUTORS
DECIDING = INVESTIGATORS | PROSECUTORS
DECIDING_ON = FIELD | PROSECUTORS
SAYING = TEAM - {"auditor"}
KINDS: dict[str, Kind] = {
    "cases_case": Kind(
        adds=frozenset({"supervisor"}),
        changes=PROSECUTORS,
        withdraws=None,
        ways=dict.fromkeys(("open", "suspend", "resume", "refer", "close", "reopen"), PROSECUTORS),
    ),
    "cases_site": written_by(
        INVESTIGATORS,
        ways={
            **dict.fromkeys(("verify", "disprove", "protect", "excavate", "exhumed", "reopen"), DECIDING),
            "release": PROSECUTORS,
        },
    ),
    "cases_sitehazard": written_by(INVESTIGATORS, part=True),
    "cases_protectionmeasure": written_by(INVESTIGATORS, part=True),
    "cases_protectionbreach": written_by(INVESTIGATORS, part=True),
    "cases_sitecontradiction": written_by(INVESTIGATORS, part=True),
    "cases_sitelink": written_by(INVESTIGATORS),
    "cases_linkproof": written_by(INVESTIGATORS, part=True),
    "cases_sitevisit": written_by(INVESTIGATORS),
    "cases_visitparticipant": written_by(INVESTIGATORS, part=True),
    "cases_context": written_by(FIELD),
    "cases_contextrelation": written_by(FIELD, part=True),
    "cases_incident": written_by(STATING),
    "cases_statedfigure": written_by(STATING),
    "cases_discoveryreport": written_by(STATING),
    "cases_membership": written_by(PROSECUTORS | {"supervisor"}),
    "cases_direction": written_by(
        PROSECUTORS,
        ways={
            **dict.fromkeys(("accept", "finish"), FIELD | {"custodian"}),
            **dict.fromkeys(("confirm", "send_back", "cancel"), PROSECUTORS),
            "reassign": PROSECUTORS | {"supervisor"},
        },
    ),
    # What somebody says stays as it is said, and only they take it back: they are none of these people.
    "cases_observation": Kind(
        adds=SAYING | {"outsider"},
        withdraws=SAYING,
        handles=SAYING,
        ways=dict.fromkeys(("note", "answer"), FIELD | PROSECUTORS | {"liaison"}),
    ),
    "cases_enquiry": Kind(
        adds=frozenset({"liaison"}),
        withdraws=None,
        ways={
            "answer": FIELD | PROSECUTORS,
            **dict.fromkeys(("ask_again", "close"), frozenset({"liaison"})),
            "drop": FIELD | PROSECUTORS | {"liaison"},
        },
    ),
    "cases_proceeding": written_by(PROSECUTORS),
    # A draft is changed until it is signed, and then by nobody.
    "cases_sharingagreement": Kind(
        adds=DECIDING | {"outsider"},
        changes=DECIDING,
        withdraws=None,
        ways=dict.fromkeys(("sign", "discard", "end"), PROSECUTORS),
        decided=frozenset({"sign"}),
    ),
    # A partner's program sends it, and it stays as it was sent.
    "cases_contribution": Kind(
        withdraws=None, handles=DECIDING_ON, ways=dict.fromkeys(("accept", "decline"), DECIDING_ON)
    ),
    # The two logs are never changed, and nothing is taken out of them.
    "cases_disclosure": Kind(adds=PROSECUTORS | {"outsider"}, withdraws=None, handles=PROSECUTORS),
    "cases_sharing": Kind(adds=PROSECUTORS | {"outsider"}, withdraws=None),
    "cases_agency": Kind(
        adds=ADMINISTRATORS,
        changes=ADMINISTRATORS,
        withdraws=None,
        sees=EVERYBODY - {"nobody"},
        lists=EVERYBODY - {"nobody"},
        unseen=403,
    ),
}
KINDS |= dict.fromkeys(("cases_user", "cases_appointment", "cases_code"), KINDS["cases_agency"])
KINDS["cases_client"] = Kind(
    adds=ADMINISTRATORS,
    changes=ADMINISTRATORS,
    withdraws=None,
    sees=ADMINISTRATORS,
    lists=ADMINISTRATORS,
    unseen=403,
)
KINDS["cases_webhook"] = KINDS["cases_client"]
KINDS |= {
    "remains_find": Kind(
        adds=FIELD | {"outsider"},
        changes=FIELD,
        withdraws=FIELD | PROSECUTORS,
        ways={
            **dict.fromkeys(("record", "lift"), FIELD),
            **dict.fromkeys(("send", "receive"), FIELD | {"custodian"}),
            **dict.fromkeys(("examine", "examined"), frozenset({"anthropologist"})),
            **dict.fromkeys(("release", "return", "rebury", "retain"), PROSECUTORS),
        },
    ),
    "remains_findalias": written_by(FIELD, part=True),
    "remains_conditionnote": written_by(FIELD),
    "remains_estimate": Kind(adds=FIELD | {"outsider"}, changes=NOBODY, withdraws=FIELD, handles=FIELD),
    "remains_specimen": written_by(ANTHROPOLOGIST),
    # A measurement is entered on its specimen's page, and never edited.
    "remains_measurement": Kind(withdraws=ANTHROPOLOGIST, handles=ANTHROPOLOGIST),
    "remains_injury": written_by(frozenset({"anthropologist"})),
    "remains_statedminimum": written_by(COUNTING),
    "remains_association": written_by(ANTHROPOLOGIST),
    "remains_individual": written_by(ANTHROPOLOGIST),
    # A place in an individual is given on the individual's page, and left by a door of its own.
    "remains_individualpart": Kind(withdraws=ANTHROPOLOGIST, handles=ANTHROPOLOGIST),
    # A draft is changed by who drafted it, who is none of these people.
    "remains_assessment": Kind(
        adds=frozenset({"anthropologist"}),
        withdraws=None,
        handles=frozenset({"anthropologist"}),
        ways=dict.fromkeys(("sign", "discard"), frozenset({"anthropologist"})),
    ),
    "cases_publicpage": written_by(PROSECUTORS, ways=dict.fromkeys(("open", "close", "reopen"), PROSECUTORS)),
    "cases_publictitle": written_by(PROSECUTORS, part=True),
    # A draft, and its parts, are changed by who drafted it, who is none of these people.
    "cases_publicupdate": Kind(
        adds=DECIDING | {"outsider"},
        withdraws=None,
        handles=DECIDING,
        ways={
            **dict.fromkeys(("submit", "send_back", "discard"), DECIDING),
            **dict.fromkeys(("publish", "retract"), PROSECUTORS),
        },
        decided=frozenset({"publish"}),
    ),
    "cases_publictext": Kind(handles=DECIDING),
    "cases_publicfact": Kind(handles=DECIDING),
    # Drafted by the field, who are none of those who drafted these; what was submitted stands.
    "evidence_referral": Kind(
        adds=FIELD | {"outsider"},
        changes=FIELD,
        withdraws=None,
        ways={
            **dict.fromkeys(("request", "take_back", "discard"), FIELD),
            **dict.fromkeys(("approve", "refuse", "cancel", "close"), PROSECUTORS),
            "dispatch": frozenset({"custodian"}),
            **dict.fromkeys(("return", "accept"), ANTHROPOLOGIST),
            "dispute": ANTHROPOLOGIST | PROSECUTORS,
        },
    ),
    "evidence_referralitem": written_by(FIELD, part=True),
    "evidence_examination": written_by(FIELD, part=True),
    "evidence_result": Kind(withdraws=None),
    "evidence_finding": Kind(withdraws=None, ways=dict.fromkeys(("accept", "decline"), ANTHROPOLOGIST)),
    "evidence_photograph": written_by(TAKING),
    "evidence_document": written_by(TAKING | {"liaison"}),
    # A link is made and withdrawn, and never edited.
    "evidence_filelink": Kind(
        adds=TAKING | {"liaison", "outsider"},
        withdraws=TAKING | {"liaison"},
        handles=TAKING | {"liaison"},
    ),
    # Alarms are of no case: whoever may see any sees those of files that they see; administrators see all.
    "evidence_filealarm": Kind(
        withdraws=None,
        sees=ADMINISTRATORS,
        lists=TAKING | {"supervisor", "auditor", "administrator", "outsider"},
        unseen=404,
    ),
    "cases_mirror": Kind(withdraws=None, sees=TEAM - {"liaison"}),
    "cases_mirroredrecord": Kind(withdraws=None, sees=TEAM - {"liaison"}),
    "cases_accesslogentry": Kind(
        withdraws=None, sees=frozenset({"auditor"}), lists=frozenset({"auditor"}), unseen=403
    ),
}

PUBLIC = {"GET": {"*": 200, "anonymous": 200}, "POST": {"*": 405, "anonymous": 405}}
KINDS |= {
    "evidence_exhibit": Kind(
        adds=FIELD | {"outsider"},
        changes=FIELD,
        withdraws=FIELD | PROSECUTORS,
        ways={
            "consume": frozenset({"anthropologist", "custodian"}),
            **dict.fromkeys(("release", "destroy"), PROSECUTORS),
        },
    ),
    "evidence_storageplace": written_by(frozenset({"custodian"})),
    # A hold stays as it was placed, and is lifted by another prosecutor than the one who placed it, none of these.
    "evidence_legalhold": Kind(
        adds=PROSECUTORS | {"outsider"},
        withdraws=None,
        handles=NOBODY,
        ways=dict.fromkeys(("lift",), PROSECUTORS),
    ),
    # What custody says is read: each change of it has an act of its own.
    **dict.fromkeys(
        ("evidence_consignment", "evidence_custodyevent", "evidence_holding", "evidence_seal"),
        Kind(withdraws=None, handles=FIELD | {"custodian"}),
    ),
}

#: Everything that is not a page of one kind of record: who gets what from GET and from POST; the rest gets `others`.
#: A name of a person stands for what they get; `*` is everybody else who is signed in.
OTHER: dict[str, dict[str, dict[str, int]]] = {
    "home": {"GET": {"*": 302}, "POST": {"*": 302}},
    "admin:index": {"GET": {"*": 200}, "POST": {"*": 200}},
    "admin:login": {"GET": {"*": 302, "anonymous": 200}, "POST": {"*": 200, "anonymous": 200}},
    "admin:logout": {"GET": {"*": 405}, "POST": {"*": 200}},
    "admin:password_change": {"GET": {"*": 200}, "POST": {"*": 200}},
    "admin:password_change_done": {"GET": {"*": 200}, "POST": {"*": 405}},
    "admin:jsi18n": {"GET": {"*": 200}, "POST": {"*": 405}},
    "admin:second_factor": {"GET": {"*": 302}, "POST": {"*": 302}},
    "admin:second_factor_enrol": {"GET": {"*": 200}, "POST": {"*": 200}},
    "admin:autocomplete": {"GET": {"*": 403}, "POST": {"*": 405}},
    "admin:app_list": {"GET": {"*": 302}, "POST": {"*": 302}},
    # What the public reads, and everybody alike. No case is public here, so that the pages of one are not there.
    **dict.fromkeys(("public_updates", "public_updates_atom", "public_updates_json"), PUBLIC),
    **{
        name: {**PUBLIC, "GET": {"*": 404, "anonymous": 404}}
        for name in ("public_page", "public_page_atom", "public_page_json", "public_update")
    },
}
#: What the addresses of these name.
NAMED: dict[str, list[Any]] = {
    "admin:app_list": ["cases"],
    **{name: ["no-such-page"] for name in ("public_page", "public_page_atom", "public_page_json")},
    "public_update": ["no-such-page", 1],
}
#: Kinds of records whose handling nobody chooses: known to all of the team, or no records of a case.
WITHOUT_HANDLING = frozenset(
    {"cases_membership", "cases_enquiry", "cases_sharing", "cases_case", "cases_accesslogentry"}
    | {"cases_agency", "cases_user", "cases_appointment", "cases_code"}
    | {"cases_client", "cases_webhook", "evidence_filealarm", "evidence_legalhold"}
    | {"cases_mirror", "cases_mirroredrecord"}
)
#: What has none here: a line that is never changed, and records whose history is kept where they were written.
WITHOUT_HISTORY = {"cases_accesslogentry", "cases_mirror", "cases_mirroredrecord"}
#: Pages of a kind of record that are about its list.
OF_LISTS = ("changelist", "add", "export", "export_file")
STANDARD = (*OF_LISTS, "history", "delete", "change", "transition", "withdraw")


def routes() -> Iterator[str]:
    """Yield the name of every address of the project."""

    def walk(resolver: Any, space: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern, inner)
            elif isinstance(pattern, URLPattern) and pattern.name:
                yield f"{space}{pattern.name}"

    return walk(get_resolver(), "")


def registered() -> dict[str, Any]:
    return {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}


def expected_of_kinds(made: dict[type, list[Any]]) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    """Yield route, method, address and the status for each person, for the pages of every kind of record."""
    for stem, model in registered().items():
        kind, record = KINDS[stem], made[model][0]

        def to(page: str, *more: str, stem: str = stem, record: Any = record) -> str:
            args = [*([] if page in OF_LISTS else [record.pk]), *more]
            return reverse(f"admin:{stem}_{page}", args=args)

        def who(
            may: frozenset[str], yes: int, no: int = 403, *, kind: Kind = kind, unseen: int | None = None
        ) -> dict[str, int]:
            hidden = kind.unseen if unseen is None else unseen
            return {name: yes if name in may else no if name in kind.sees else hidden for name in EVERYBODY}

        listed = {name: 200 if name in kind.lists else 403 for name in EVERYBODY}
        add = {name: 200 if name in kind.adds else 403 for name in EVERYBODY}
        yield stem, "GET", to("changelist"), listed
        yield stem, "GET", to("export"), listed
        yield stem, "POST", to("export_file", "csv"), listed
        # A file is asked for; nobody comes upon one by an address.
        asked = {name: 405 if status == 200 else status for name, status in listed.items()}
        yield stem, "GET", to("export_file", "csv"), asked
        yield stem, "GET", to("add"), add
        yield stem, "POST", to("add"), add
        yield stem, "GET", to("change"), who(kind.sees, 200)
        yield stem, "POST", to("change"), who(kind.changes, 200)
        hidden = 403 if stem == "cases_accesslogentry" else 404
        yield stem, "GET", to("delete"), who(NOBODY, 403, unseen=hidden)
        yield stem, "POST", to("delete"), who(NOBODY, 403, unseen=hidden)
        if stem in WITHOUT_HISTORY:
            yield stem, "GET", to("history"), dict.fromkeys(EVERYBODY, 404)
            continue
        yield stem, "GET", to("history"), who(kind.sees, 200, unseen=404)
        if kind.withdraws is None:
            yield stem, "GET", to("withdraw"), dict.fromkeys(EVERYBODY, 404)
            yield stem, "POST", to("withdraw"), dict.fromkeys(EVERYBODY, 404)
        else:
            yield stem, "GET", to("withdraw"), who(kind.withdraws, 200)
            # Without a reason, so that nothing is withdrawn while the table is asked.
            yield stem, "POST", to("withdraw"), who(kind.withdraws, 422)
        if stem not in WITHOUT_HANDLING:
            handles = kind.changes if kind.handles is None else kind.handles
            yield stem, "GET", to("handling"), who(handles, 200)
            # Without a reason, so that nothing changes while the table is asked.
            yield stem, "POST", to("handling"), who(handles, 422)
        for way, people in kind.ways.items():
            yield stem, "GET", to("transition", way), who(people, 302 if way in kind.decided else 200)
        yield stem, "GET", to("transition", "nowhere"), dict.fromkeys(EVERYBODY, 404)
        yield stem, "POST", to("transition", "nowhere"), dict.fromkeys(EVERYBODY, 404)


def expected_of_looks(
    made: dict[type, list[Any]], team: dict[str, int]
) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    """Yield the same for pages on which the whole team looks at a case or a site."""
    from cases.models import Site

    case, site = made[Case][0].pk, made[Site][0].pk
    for name, key in (
        ("cases_case_changes", case),
        ("cases_case_timeline", case),
        ("cases_site_matrix", site),
        ("remains_site_inventory", site),
        ("remains_site_plan", site),
    ):
        yield f"admin:{name}", "GET", reverse(f"admin:{name}", args=[key]), team


def _of_public_updates(made: dict[type, list[Any]]) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    from cases.models import PublicUpdate

    name = "admin:cases_publicupdate_look_again"
    # Without the version that was read they are led back, and told so.
    for method, status in (("GET", 405), ("POST", 302)):
        people = {who: status if who in DECIDING else 403 if who in TEAM else 404 for who in EVERYBODY}
        yield name, method, reverse(name, args=[made[PublicUpdate][0].pk]), people


def some(yes: frozenset[str], status: int = 200) -> dict[str, int]:
    """Return what a page gives that asks who one is, and is about no record."""
    return {name: status if name in yes else 403 for name in EVERYBODY}


def all_of(yes: frozenset[str], sees: frozenset[str], status: int = 200, no: int = 403) -> dict[str, int]:
    """Return what those get who may, those who only see, and the rest."""
    return {name: status if name in yes else no if name in sees else 404 for name in EVERYBODY}


def expected_of_casework(made: dict[type, list[Any]]) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    """Yield the same for the pages of directions and decisions."""
    from cases.models import Direction, PublicUpdate
    from remains.models import Assessment

    reassign = reverse("admin:cases_direction_reassign", args=[made[Direction][0].pk])
    yield "admin:cases_direction_reassign", "GET", reassign, all_of(PROSECUTORS | {"supervisor"}, TEAM)
    # Without a person, so that nothing is given to anybody while the table is asked.
    yield "admin:cases_direction_reassign", "POST", reassign, all_of(PROSECUTORS | {"supervisor"}, TEAM, 422)
    yield (
        "admin:cases_case_decisions",
        "GET",
        reverse("admin:cases_case_decisions"),
        dict.fromkeys(EVERYBODY, 200),
    )
    for key, record, deciders in (
        ("closure", made[Case][0], PROSECUTORS),
        ("result", made[Direction][0], PROSECUTORS),
        ("update", made[PublicUpdate][0], PROSECUTORS),
        ("assessment", made[Assessment][0], ANTHROPOLOGIST),
    ):
        url = reverse("admin:cases_case_decide", args=[key, record.pk])
        yield "admin:cases_case_decide", "GET", url, all_of(deciders, TEAM)
    nothing = reverse("admin:cases_case_decide", args=["nothing", made[Case][0].pk])
    yield "admin:cases_case_decide", "GET", nothing, dict.fromkeys(EVERYBODY, 404)


def expected_of_clients(made: dict[type, list[Any]]) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    """Yield the pages on which secrets are given and revoked."""
    client = made[Client][0].pk
    for name in ("secret", "revoke"):
        url = reverse("admin:cases_client_way", args=[client, name])
        yield "admin:cases_client_way", "GET", url, all_of(ADMINISTRATORS, ADMINISTRATORS)
    hook = made[Webhook][0].pk
    for name in ("key", "test", "replay", "stop"):
        url = reverse("admin:cases_webhook_way", args=[hook, name])
        yield "admin:cases_webhook_way", "GET", url, all_of(ADMINISTRATORS, ADMINISTRATORS)
    revoke = reverse("admin:cases_client_revoke_secret", args=[client, made[ClientSecret][0].pk])
    yield "admin:cases_client_revoke_secret", "GET", revoke, all_of(ADMINISTRATORS, ADMINISTRATORS)
    # Without a reason, so that nothing is revoked while the table is asked.
    yield "admin:cases_client_revoke_secret", "POST", revoke, all_of(ADMINISTRATORS, ADMINISTRATORS, 422)


def expected_elsewhere(made: dict[type, list[Any]]) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    """Yield the same for the pages that only some kinds have."""
    yield from _expected_of_some_kinds(made)
    yield from expected_of_clients(made)
    yield from expected_of_casework(made)
    yield from expected_of_papers(made)
    yield from _expected_of_referrals(made)
    yield from _expected_of_custody(made)


def _expected_of_some_kinds(made: dict[type, list[Any]]) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    from cases.models import Site
    from remains.models import Assessment, Estimate, Find, Individual, IndividualPart, Specimen

    person = made[User][0].pk
    known = EVERYBODY - {"nobody"}
    way = reverse("admin:cases_user_way", args=[person, "deactivate"])
    yield "admin:cases_user_way", "GET", way, all_of(ADMINISTRATORS, known)
    yield "admin:cases_user_way", "POST", way, all_of(ADMINISTRATORS, known, 422)
    closure = reverse("admin:cases_case_closure", args=[made[Case][0].pk, "propose"])
    yield "admin:cases_case_closure", "GET", closure, all_of(PROSECUTORS, TEAM)
    # Without a reason, so that nothing is proposed while the table is asked.
    yield "admin:cases_case_closure", "POST", closure, all_of(PROSECUTORS, TEAM, 422)
    yield from expected_of_looks(made, all_of(TEAM, TEAM))
    hand_over = reverse("admin:cases_case_hand_over", args=[made[Case][0].pk])
    yield "admin:cases_case_hand_over", "GET", hand_over, all_of(PROSECUTORS, TEAM)
    # Without an agency, so that nothing is handed over while the table is asked.
    yield "admin:cases_case_hand_over", "POST", hand_over, all_of(PROSECUTORS, TEAM, 422)
    estimate = reverse("admin:remains_estimate_supersede", args=[made[Estimate][0].pk])
    # It leads to the form of the next estimate, which asks for the permission.
    yield "admin:remains_estimate_supersede", "GET", estimate, all_of(TEAM, TEAM, 302)
    for page in ("methods", "apply"):
        url = reverse(f"admin:remains_estimate_{page}")
        yield f"admin:remains_estimate_{page}", "GET", url, some(FIELD | {"outsider"})
    for page in ("split", "merge"):
        url = reverse(f"admin:remains_find_{page}", args=[made[Find][0].pk])
        yield f"admin:remains_find_{page}", "GET", url, all_of(FIELD, TEAM)
    move = reverse("admin:remains_find_move", args=[made[Find][0].pk])
    yield "admin:remains_find_move", "GET", move, all_of(FIELD, TEAM)
    inventory = reverse("admin:remains_find_inventory", args=[made[Find][0].pk])
    yield "admin:remains_find_inventory", "GET", inventory, all_of(TEAM, TEAM)
    # Without rows, so that nothing is logged while the table is asked.
    yield "admin:remains_find_inventory", "POST", inventory, all_of(ANTHROPOLOGIST, TEAM, 422)
    moved = f"{reverse('admin:remains_specimen_move')}?id={made[Specimen][0].pk}"
    yield "admin:remains_specimen_move", "GET", moved, all_of(ANTHROPOLOGIST, TEAM)
    yield "admin:remains_specimen_move", "POST", moved, all_of(ANTHROPOLOGIST, TEAM, 422)
    for page, record in (("site", made[Site][0]), ("find", made[Find][0])):
        url = reverse(f"admin:remains_{page}_count", args=[record.pk])
        yield f"admin:remains_{page}_count", "GET", url, all_of(TEAM, TEAM)
    redraft = reverse("admin:remains_assessment_redraft", args=[made[Assessment][0].pk])
    anthropologist = frozenset({"anthropologist"})
    yield "admin:remains_assessment_redraft", "GET", redraft, all_of(anthropologist, TEAM, 405)
    # It is somebody else's draft: they are led back to it, and told so.
    yield "admin:remains_assessment_redraft", "POST", redraft, all_of(anthropologist, TEAM, 302)
    yield "admin:remains_find_grid", "GET", reverse("admin:remains_find_grid"), some(FIELD | {"outsider"})
    contexts = f"{reverse('admin:remains_find_contexts')}?site={made[Site][0].pk}"
    yield "admin:remains_find_contexts", "GET", contexts, all_of(TEAM, TEAM)
    importers = DECIDING | {"outsider"}
    table = reverse("admin:cases_site_import_table")
    yield "admin:cases_site_import_table", "GET", table, some(importers)
    yield "admin:cases_site_import_table", "POST", table, some(importers, 422)
    bones = reverse("admin:remains_specimen_import_table")
    yield "admin:remains_specimen_import_table", "GET", bones, some(ANTHROPOLOGIST)
    yield "admin:remains_specimen_import_table", "POST", bones, some(ANTHROPOLOGIST, 422)
    for page in ("import", "import_refused"):
        url = reverse(f"admin:remains_specimen_{page}", args=["no-such-table"])
        yield f"admin:remains_specimen_{page}", "GET", url, dict.fromkeys(EVERYBODY, 404)
    for page in ("gather", "merge"):
        url = reverse(f"admin:remains_individual_{page}", args=[made[Individual][0].pk])
        yield f"admin:remains_individual_{page}", "GET", url, all_of(ANTHROPOLOGIST, TEAM)
        # Without a number and a reason, so that nothing joins while the table is asked.
        yield f"admin:remains_individual_{page}", "POST", url, all_of(ANTHROPOLOGIST, TEAM, 422)
    leave = reverse("admin:remains_individualpart_leave", args=[made[IndividualPart][0].pk])
    yield "admin:remains_individualpart_leave", "GET", leave, all_of(ANTHROPOLOGIST, TEAM)
    yield "admin:remains_individualpart_leave", "POST", leave, all_of(ANTHROPOLOGIST, TEAM, 422)
    yield from (*_of_public_updates(made), *expected_of_files(made, all_of, some))
    for page in ("import", "import_refused"):
        url = reverse(f"admin:cases_site_{page}", args=["no-such-table"])
        yield f"admin:cases_site_{page}", "GET", url, dict.fromkeys(EVERYBODY, 404)


def expected_of_papers(made: dict[type, list[Any]]) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    """Yield the same for papers, labels and what is scanned from them: whoever sees a record has them."""
    for kind in REPORTS:
        paper = reverse("admin:report", args=[kind.name, made[kind.model][0].pk])
        yield "admin:report", "GET", paper, dict.fromkeys(EVERYBODY, 404) | dict.fromkeys(TEAM, 200)
    for labelled in LABELLED:
        sheet = f"{reverse('admin:labels', args=[labelled.name])}?id={made[labelled.model][0].pk}"
        yield "admin:labels", "GET", sheet, dict.fromkeys(EVERYBODY, 404) | dict.fromkeys(TEAM, 200)
    out = reverse("admin:bundles", args=[made[Case][0].pk])
    yield (
        "admin:bundles",
        "GET",
        out,
        dict.fromkeys(EVERYBODY, 404)
        | dict.fromkeys(TEAM, 403)
        | dict.fromkeys(PROSECUTORS | {"auditor"}, 200),
    )
    gone = reverse("admin:bundle", args=[made[Case][0].pk, "no-such-bundle"])
    yield (
        "admin:bundle",
        "GET",
        gone,
        dict.fromkeys(EVERYBODY, 404) | dict.fromkeys(TEAM - PROSECUTORS - {"auditor"}, 403),
    )
    for token in TOKENS:
        scanned = reverse("label", args=[token_of(made[token.model][0])])
        yield "label", "GET", scanned, dict.fromkeys(EVERYBODY, 404) | dict.fromkeys(TEAM, 302)


def _expected_of_custody(made: dict[type, list[Any]]) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    """Yield the pages on which custody changes."""
    from evidence.models import Consignment, Exhibit, LegalHold, Seal

    holders = FIELD | {"custodian"}
    for page, people in (
        ("consignment_release", holders | {"outsider"}),
        ("holding_take_in", holders | {"outsider"}),
        ("storageplace_put", holders | {"outsider"}),
        ("seal_apply", holders | {"outsider"}),
        ("holding_late", frozenset({"custodian"})),
        ("consignment_scan", EVERYBODY),
    ):
        url = reverse(f"admin:evidence_{page}")
        yield f"admin:evidence_{page}", "GET", url, some(people)
        yield f"admin:evidence_{page}", "POST", url, some(people)
    answer = reverse("admin:evidence_consignment_answer", args=[made[Consignment][0].pk])
    # It was sent to a court by somebody who has left: the custodian records the answer, for others nothing waits.
    waits = {**all_of(holders, TEAM, 302), "custodian": 200}
    yield "admin:evidence_consignment_answer", "GET", answer, waits
    # Without a name under the receipt, so that nothing is accepted while the table is asked.
    yield "admin:evidence_consignment_answer", "POST", answer, {**waits, "custodian": 422}
    for page, record, people in (
        ("consignment_call_back", made[Consignment][0], holders),
        ("seal_break", made[Seal][0], holders),
    ):
        url = reverse(f"admin:evidence_{page}", args=[record.pk])
        yield f"admin:evidence_{page}", "GET", url, all_of(people, TEAM)
        # Without a reason, so that nothing happens while the table is asked.
        yield f"admin:evidence_{page}", "POST", url, all_of(people, TEAM, 422)
    lift = reverse("admin:evidence_legalhold_lift_request", args=[made[LegalHold][0].pk, "ask"])
    yield "admin:evidence_legalhold_lift_request", "GET", lift, all_of(holders | PROSECUTORS, TEAM)
    yield "admin:evidence_legalhold_lift_request", "POST", lift, all_of(holders | PROSECUTORS, TEAM, 422)
    for name in ("release", "destroy", "consume"):
        url = reverse("admin:evidence_exhibit_disposal", args=[made[Exhibit][0].pk, name])
        yield "admin:evidence_exhibit_disposal", "GET", url, all_of(holders | PROSECUTORS, TEAM)
        yield "admin:evidence_exhibit_disposal", "POST", url, all_of(holders | PROSECUTORS, TEAM, 422)


def _expected_of_referrals(made: dict[type, list[Any]]) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    """Yield the pages that referrals have, and those of a laboratory, to which nobody here belongs."""
    from evidence.models import Referral

    referral = made[Referral][0].pk
    items = reverse("admin:evidence_referral_items", args=[referral])
    yield "admin:evidence_referral_items", "GET", items, all_of(FIELD, TEAM)
    # Without a number, so that nothing is added while the table is asked.
    yield "admin:evidence_referral_items", "POST", items, all_of(FIELD, TEAM, 422)
    for name in ("evidence_referral_ageing", "evidence_laboratory"):
        yield f"admin:{name}", "GET", reverse(f"admin:{name}"), dict.fromkeys(EVERYBODY, 200)
    for page in ("referral", "receipt", "result", "report", "finding"):
        url = reverse(f"admin:evidence_laboratory_{page}", args=[referral])
        yield f"admin:evidence_laboratory_{page}", "GET", url, dict.fromkeys(EVERYBODY, 404)
        yield f"admin:evidence_laboratory_{page}", "POST", url, dict.fromkeys(EVERYBODY, 404)
    step = reverse("admin:evidence_laboratory_step", args=[referral, "begin"])
    yield "admin:evidence_laboratory_step", "GET", step, dict.fromkeys(EVERYBODY, 404)
    yield "admin:evidence_laboratory_step", "POST", step, dict.fromkeys(EVERYBODY, 404)


def expected_of_files(
    made: dict[type, list[Any]], all_of: Any, some: Any
) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    """Yield the same for the files of photographs and documents."""
    from evidence.models import Document, FileAlarm, Photograph

    for model, takers in ((Photograph, TAKING), (Document, TAKING | {"liaison"})):
        stem = f"admin:evidence_{model._meta.model_name}"
        key = made[model][0].pk
        # What a camera wrote into an original, or a document says, may tell where a site is.
        receives = TEAM - {"liaison"} if model is Photograph else TEAM
        yield f"{stem}_original", "GET", reverse(f"{stem}_original", args=[key]), all_of(receives, TEAM)
        yield (
            f"{stem}_original",
            "POST",
            reverse(f"{stem}_original", args=[key]),
            dict.fromkeys(EVERYBODY, 405),
        )
        yield f"{stem}_copy", "GET", reverse(f"{stem}_copy", args=[key, "thumbnail"]), all_of(TEAM, TEAM)
        begin = reverse(f"{stem}_upload")
        yield f"{stem}_upload", "GET", begin, dict.fromkeys(EVERYBODY, 405)
        # Without a case, so that nothing begins while the table is asked.
        yield f"{stem}_upload", "POST", begin, some(takers | {"outsider"}, 422)
        piece = reverse(f"{stem}_piece", args=["no-such-upload"])
        yield f"{stem}_piece", "GET", piece, dict.fromkeys(EVERYBODY, 405)
        yield f"{stem}_piece", "PATCH", piece, dict.fromkeys(EVERYBODY, 404)
        yield f"{stem}_piece", "POST", piece, dict.fromkeys(EVERYBODY, 404)
    answer = reverse("admin:evidence_filealarm_answer", args=[made[FileAlarm][0].pk])
    yield "admin:evidence_filealarm_answer", "GET", answer, all_of(ADMINISTRATORS, ADMINISTRATORS)
    # Without a reason, so that nothing is answered while the table is asked.
    yield "admin:evidence_filealarm_answer", "POST", answer, all_of(ADMINISTRATORS, ADMINISTRATORS, 422)


@pytest.fixture
def unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the pages empty: only their status is looked at."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", property(lambda self: ""))


def kinds_made(cast: Cast) -> dict[type, list[Any]]:
    made = {**fill_system(1), **Scene(cast.case_a).fill(1)}
    made[Case] = [cast.case_a]
    made[Code] = [Code.objects.get(pk="site_type.exec_grave")]
    made[AccessLogEntry] = [
        AccessLogEntry.objects.create(kind="read", user_name="x", channel="admin", case_id=cast.case_a.pk)
    ]
    made[Mirror] = [mirror_beside(cast.case_a)]
    made[MirroredRecord] = list(made[Mirror][0].records.all())
    assert {Agency, Appointment, User} <= set(made)
    assert set(MAKERS) <= set(made)
    return made


def test_every_route_is_in_the_table(cast: Cast) -> None:
    from tests.test_api_routes import api_routes

    made = kinds_made(cast)
    standard = {f"admin:{stem}_{page}" for stem in KINDS for page in STANDARD}
    standard |= {f"admin:{stem}_handling" for stem in set(KINDS) - WITHOUT_HANDLING}
    elsewhere = {route for route, *_rest in expected_elsewhere(made)}
    known = standard | elsewhere | set(OTHER) | api_routes()
    assert set(routes()) - known == set(), "say who gets what from these"
    assert (elsewhere | set(OTHER)) - set(routes()) == set(), "these routes are gone"
    assert set(KINDS) == set(registered())


#: Who asks for every route at every change: with them each column of the table that differs most. The others in the
#: long run.
OFTEN = {"investigator", "liaison", "laboratory", "outsider"}
ASKING = [name if name in OFTEN else pytest.param(name, marks=pytest.mark.slow) for name in sorted(EVERYBODY)]


@pytest.mark.usefixtures("unrendered")
@pytest.mark.parametrize("name", ASKING)
def test_every_route_answers_as_the_table_says(name: str, cast: Cast, settings: Any) -> None:
    made = kinds_made(cast)
    asked = [*expected_of_kinds(made), *expected_elsewhere(made)]
    if name == "laboratory":
        sent(cast, cast.find_a)  # it opens the pages of what was sent, and none of these
    client = browser(cast.people[name], settings)
    wrong = []
    for _route, method, url, people in asked:
        status = client.generic(method, url).status_code
        if status != people[name]:
            wrong.append(f"{method} {url}: {status}, not {people[name]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("unrendered")
def test_nobody_passes_without_a_login(cast: Cast, settings: Any) -> None:
    made = kinds_made(cast)
    client = Browser()
    wrong = []
    for _route, method, url, _people in [*expected_of_kinds(made), *expected_elsewhere(made)]:
        answer = client.generic(method, url)
        if answer.status_code != 302 or not answer["Location"].startswith(reverse("admin:login")):
            wrong.append(f"{method} {url}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("unrendered")
@pytest.mark.parametrize("name", sorted(OTHER))
def test_the_pages_around_answer_as_the_table_says(name: str, cast: Cast, settings: Any) -> None:
    url = reverse(name, args=NAMED.get(name, []))
    for method, people in OTHER[name].items():
        for who in ("investigator", "nobody"):
            status = browser(cast.people[who], settings).generic(method, url).status_code
            assert status == people["*"], (who, method, status)
        if "anonymous" in people:
            assert Browser().generic(method, url).status_code == people["anonymous"]
