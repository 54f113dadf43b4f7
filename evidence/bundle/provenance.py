"""Provenance of a bundle as CASE/UCO (JSON-LD, on the model of W3C PROV): who did what to which item, and its files.

Only what people of other systems exchange about evidence is said so: the case, its people and agencies, the acts that
the ledger has of finds, specimens, exhibits and assessments, and the files of the bundle with their hashes. All else is
in the ledger itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from cases.ledger.words import action_in_words
from cases.models import Case

NAME: Final = "provenance.jsonld"
CONTEXT: Final = {
    "kb": "http://taphos.example/kb/",
    "core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "investigation": "https://ontology.caseontology.org/case/investigation/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: Kinds of records that are items of evidence, and what they are called by.
ITEMS: Final = {
    "remains_find": "number",
    "remains_specimen": "number",
    "remains_assessment": "count",
    "evidence_exhibit": "number",
}
BLOCK: Final = 1 << 20


def write_provenance(folder: Path, about: dict[str, Any], case: Case) -> None:
    """Write the graph, one node a line, from what of the bundle has been written so far."""
    with (folder / NAME).open("w", encoding="utf-8") as file:
        file.write('{"@context": ' + json.dumps(CONTEXT) + ',\n"@graph": [\n')
        for number, node in enumerate(_nodes(folder, about, case)):
            file.write(("," if number else "") + json.dumps(node, ensure_ascii=False) + "\n")
        file.write("]}\n")


def _nodes(folder: Path, about: dict[str, Any], case: Case) -> Iterator[dict[str, Any]]:
    known = _people(folder)
    yield from known.values()
    yield _node("tool", "taphos", "tool:Tool", {"core:name": "Taphos"})
    everything: list[dict[str, str]] = []
    items: dict[tuple[str, str], str] = {}
    for table, field in ITEMS.items():
        name = about["records"].get(table)
        for record in _lines(folder / name.removeprefix("data/")) if name else ():
            called = str(record.get(field, ""))
            item = _iri("item", record["id"])
            items[table, record["id"]] = item
            yield _node("item", record["id"], "core:Item", {"core:name": called, "core:tag": table})
            trail = {"core:description": f"{table} {called}", "investigation:exhibitNumber": called}
            yield _node("provenance", record["id"], "investigation:ProvenanceRecord",
                        {**trail, "core:object": [{"@id": item}]})  # fmt: skip
            everything += [{"@id": item}, {"@id": _iri("provenance", record["id"])}]
    for action in _actions(folder, items, known):
        everything.append({"@id": action["@id"]})
        yield action
    files = []
    for node in _files(folder):
        files.append({"@id": node["@id"]})
        yield node
    made = {
        "core:name": "Bundle made",
        "action:startTime": _instant(about["made_at"]),
        "action:instrument": [{"@id": _iri("tool", "taphos")}],
        "action:result": files,
    }
    yield _node("action", f"bundle {about['hash']}", "investigation:InvestigativeAction", made)
    everything += [{"@id": _iri("action", f"bundle {about['hash']}")}, *files]
    about_case = {
        "core:name": f"{case.number} {case.title}".strip(),
        "core:description": case.summary or case.title,
        "investigation:investigationForm": "case",
        "investigation:investigationStatus": case.status,
        "core:object": everything,
    }
    said = {
        name: value for name, value in about_case.items() if value
    }  # of a case that is not told, its number
    yield _node("investigation", str(case.pk), "investigation:Investigation", said)


def _people(folder: Path) -> dict[str, dict[str, Any]]:
    kinds = {"person": "identity:Person", "agency": "identity:Organization"}
    return {
        line["id"]: _node(line["kind"], line["id"], kinds[line["kind"]], {"core:name": line["name"]})
        for line in _lines(folder / "people.ndjson")
    }


def _actions(
    folder: Path, items: dict[tuple[str, str], str], known: dict[str, dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield what was done to each item; an act is informed by the one before it."""
    before: dict[str, str] = {}
    others: set[str] = set()
    for entry in _lines(folder / "ledger.ndjson"):
        item = items.get((entry.get("table_name", ""), entry.get("record_id", "")))
        if item is None:
            continue
        actor = entry["actor_id"] or entry["actor_name"]
        if entry["actor_id"] not in known and actor not in others:
            others.add(actor)
            yield _node("person", actor, "identity:Identity", {"core:name": entry["actor_name"]})
        who = known[actor]["@id"] if actor in known else _iri("person", actor)
        instant = dt.datetime.fromtimestamp(entry["at_us"] / 1_000_000, dt.UTC).isoformat()
        said = {
            "core:name": str(action_in_words(entry["action"])),
            "action:startTime": _instant(instant),
            "action:performer": {"@id": who},
            "action:object": [{"@id": item}],
            "action:result": [{"@id": _iri("provenance", entry["record_id"])}],
        }
        if entry["reason"]:
            said["core:description"] = entry["reason"]
        if item in before:
            said["investigation:wasInformedBy"] = [{"@id": before[item]}]
        name = f"{entry['chain']} {entry['seq']}"
        before[item] = _iri("action", name)
        yield _node("action", name, "investigation:InvestigativeAction", said)


def _files(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name == NAME:
            continue
        name = f"data/{path.relative_to(folder).as_posix()}"
        sha256 = path.stem if name.startswith("data/originals/") else _sha256(path)
        size = {"@type": "xsd:integer", "@value": str(path.stat().st_size)}
        facet = {
            "@id": _iri("file-facet", name),
            "@type": "observable:FileFacet",
            "observable:fileName": path.name,
            "observable:filePath": name,
            "observable:sizeInBytes": size,
        }
        value = {"@type": "xsd:hexBinary", "@value": sha256}
        digest = {
            "@id": _iri("hash", name),
            "@type": "types:Hash",
            "types:hashMethod": "SHA256",
            "types:hashValue": value,
        }
        content = {
            "@id": _iri("content-facet", name),
            "@type": "observable:ContentDataFacet",
            "observable:mimeType": mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            "observable:sizeInBytes": size,
            "observable:hash": [digest],
        }
        yield _node("file", name, "observable:File", {"core:hasFacet": [facet, content]})


def _node(kind: str, name: str, type_: str, said: dict[str, Any]) -> dict[str, Any]:
    return {"@id": _iri(kind, name), "@type": type_, **said}


def _iri(kind: str, name: str) -> str:
    return f"kb:{kind}-{uuid5(NAMESPACE_URL, f'taphos {kind} {name}')}"


def _instant(text: str) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": text}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield json.loads(line)
