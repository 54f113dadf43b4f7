"""One batch of mapped rows at a time: what is there already, what is new, what is refused; and how it is written.

The number of queries is the same for every batch. What a form would refuse is refused here too, row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _

from cases import access
from cases.importing.faults import InvalidValue
from cases.importing.mapping import Mapping
from cases.importing.results import FurtherRow, MappedRow, RefusedRow, RepeatedRow, Result
from cases.models.case import Case
from cases.models.incident import Qualifier, StatedFigure
from cases.models.site import Site, SiteContradiction, SiteStatus
from cases.models.user import User
from cases.refusals import Invalid, shown
from cases.services.site_import_result import ImportResult
from cases.services.table_import_refused import KeptBack
from cases.services.table_import_result import SAMPLES

#: Codes of sites whose source gives them none: IMP-0001, IMP-0002 and so on, each once in a case.
ASSIGNED: Final = "IMP-"
CODED: Final = ("site_type", "shape", "deposition", "disturbance")


@dataclass(slots=True)
class Known:
    """A site of this source that is in the case, or in this batch on its way there."""

    site: Site
    is_new: bool = False
    is_changed: bool = False

    @property
    def digests(self) -> set[str]:
        """Return the digests of every row it was made of."""
        row = self.site.source_row or {}
        return {row.get("digest", ""), *(further["digest"] for further in row.get("further", []))}


@dataclass(slots=True)
class Writing:
    """What one batch writes."""

    known: dict[str, Known]
    codes_taken: set[str]
    sites: list[Site] = field(default_factory=list)
    figures: list[StatedFigure] = field(default_factory=list)
    flags: list[SiteContradiction] = field(default_factory=list)


class Batches:
    """Takes the rows of one file, batch after batch, inside one transaction."""

    def __init__(
        self,
        *,
        actor: User,
        case: Case,
        mapping: Mapping,
        result: ImportResult,
        refused: KeptBack,
        labels: dict[str, str],
    ) -> None:
        self.case = case
        self.mapping = mapping
        self.result = result
        self.refused = refused
        self.labels = labels
        self.seen_handlings = access.handlings_seen(access.roles_in(actor, case))
        #: Rows by the code they brought, so that a second one is told which was first.
        self.codes: dict[str, int] = {}
        #: Keys whose first row was refused here, so that what follows it is refused as well.
        self.left_out: set[str] = set()
        self.last_assigned: int | None = None

    def take(self, rows: Sequence[Result]) -> None:
        """Decide on every row of a batch, and write what is new unless it is a dry run."""
        writing = self._look_up(rows)
        for row in rows:
            match row:
                case MappedRow():
                    self._mapped(row, writing)
                case FurtherRow():
                    self._further(row, writing)
                case RepeatedRow():
                    self.result.repeated += 1
                case RefusedRow():
                    self._refuse(row)
        if not self.result.dry_run:
            _write(writing)

    # --- what is there

    def _look_up(self, rows: Sequence[Result]) -> Writing:
        keys = [row.key for row in rows if isinstance(row, (MappedRow, FurtherRow))]
        sites = Site.objects.filter(
            case=self.case, import_source=self.mapping.source, import_key__in=keys
        ).only("id", "case", "code", "import_key", "source_row", "withdrawn_at", "handling")
        codes = [row.fields["code"] for row in rows if isinstance(row, MappedRow) and "code" in row.fields]
        taken = Site.objects.filter(case=self.case, code__in=codes).values_list("code", flat=True)
        return Writing({site.import_key: Known(site) for site in sites}, set(taken))

    # --- rows

    def _mapped(self, row: MappedRow, writing: Writing) -> None:
        known = writing.known.get(row.key)
        if known is None:
            self._new(row, writing)
        elif row.digest in known.digests:
            self._already(known)
        elif self.mapping.may_differ and row.common == (known.site.source_row or {}).get("common"):
            said = {name: text for name, text in row.leftovers.items() if name in self.mapping.may_differ}
            self._append(row, said, known)
        else:
            self.left_out.add(row.key)
            self._refuse(RefusedRow(row.number, row.values, [self._changed(row, known)]))

    def _new(self, row: MappedRow, writing: Writing) -> None:
        site = Site(
            case=self.case,
            status=SiteStatus.REPORTED,
            import_source=self.mapping.source,
            import_key=row.key,
            source_row=_source_row(row, bool(self.mapping.may_differ)),
        )
        for name, value in row.fields.items():
            setattr(site, f"{name}_id" if name in CODED else name, value)
        reasons = self._form_would_refuse(site, row, writing)
        if reasons:
            self.left_out.add(row.key)
            self._refuse(RefusedRow(row.number, row.values, reasons))
            return
        if not site.code:
            site.code = self._next_code()
        self.codes[site.code] = row.number
        writing.known[row.key] = Known(site, is_new=True)
        writing.sites.append(site)
        for figure in row.figures:
            writing.figures.append(
                StatedFigure(
                    case=self.case,
                    site=site,
                    measure_id=figure.measure,
                    qualifier=Qualifier.EXACT,
                    number=figure.number,
                    source=figure.source,
                    stated_edtf=figure.stated_edtf,
                    note=figure.note,
                )
            )
        for flag in row.flags:
            writing.flags.append(
                SiteContradiction(case=self.case, site=site, rule=flag.rule, description=flag.message)
            )
            self.result.flags[flag.rule] = self.result.flags.get(flag.rule, 0) + 1
            self.result.flag_examples.setdefault(flag.rule, flag.message)
        self.result.created += 1
        self.result.figures += len(row.figures)
        if len(self.result.samples) < SAMPLES:
            self.result.samples.append(self._sample(site, row))

    def _further(self, row: FurtherRow, writing: Writing) -> None:
        known = writing.known.get(row.key)
        if known is not None and row.digest in known.digests:
            self._already(known)
        elif row.key in self.left_out:
            reason = InvalidValue(
                "row.first_refused",
                _("Row %(first)d, to which this row belongs, was refused.") % {"first": row.first_number},
                row.key,
                way_forward=_("Correct that row, and load both again."),
            )
            self._refuse(RefusedRow(row.number, row.values, [reason]))
        elif known is None:
            self.result.appended += 1  # a dry run wrote no site in the batch of its first row
        else:
            self._append(row, row.leftovers, known)

    def _already(self, known: Known) -> None:
        self.result.already_there += 1
        if known.site.withdrawn_at is not None:
            self.result.withdrawn += 1

    def _append(self, row: MappedRow | FurtherRow, said: dict[str, str], known: Known) -> None:
        """Keep what a further row says with the site it is about."""
        site = known.site
        if site.withdrawn_at is not None or site.handling not in self.seen_handlings:
            reason = InvalidValue(
                "row.site_takes_no_more",
                _("Nothing can be added to the site of this row any more."),
                row.key,
                rule=_("A site that was withdrawn, or that you do not see, stays as it is."),
                way_forward=_("Leave the row out, or ask somebody who works with the site."),
            )
            self._refuse(RefusedRow(row.number, row.values, [reason]))
            return
        kept = dict(site.source_row or {})
        kept["further"] = [
            *kept.get("further", []),
            {"row": row.number, "digest": row.digest, "cells": said},
        ]
        site.source_row = kept
        known.is_changed = True
        self.result.appended += 1

    def _refuse(self, row: RefusedRow) -> None:
        self.result.refuse(row)
        self.refused.write(row)

    # --- rules

    def _form_would_refuse(self, site: Site, row: MappedRow, writing: Writing) -> list[Invalid]:
        """Return what is wrong with the filled fields, and whether the code is free; no query is made."""
        filled = {name for name in row.fields if name not in CODED} | {"import_source", "import_key"}
        unfilled = {field.name for field in Site._meta.fields} - filled
        reasons: list[Invalid] = []
        try:
            site.clean_fields(exclude=unfilled)
        except ValidationError as error:
            for name, faults in error.error_dict.items():
                messages = " ".join(message for fault in faults for message in fault.messages)
                reasons.append(_at(name, InvalidValue("record.invalid", messages, str(getattr(site, name)))))
        if site.code in self.codes:
            reasons.append(
                _code_taken(
                    site.code,
                    _("Row %(first)d gives its site the code “%(code)s” already.")
                    % {"first": self.codes[site.code], "code": shown(site.code)},
                )
            )
        elif site.code in writing.codes_taken:
            reasons.append(
                _code_taken(
                    site.code,
                    _("Another site of this case has the code “%(code)s”.") % {"code": shown(site.code)},
                )
            )
        return reasons

    def _next_code(self) -> str:
        """Return the next code of ours. Whoever imports holds the case, so no other import takes it."""
        if self.last_assigned is None:
            ours = Site.objects.filter(case=self.case, code__regex=rf"^{ASSIGNED}[0-9]{{1,9}}$")
            highest = ours.aggregate(
                highest=Max(Cast(Substr("code", len(ASSIGNED) + 1), output_field=BigIntegerField()))
            )
            self.last_assigned = highest["highest"] or 0
        while True:
            self.last_assigned += 1
            code = f"{ASSIGNED}{self.last_assigned:04d}"
            if code not in self.codes:
                break
        self.result.codes_assigned += 1
        self.result.first_assigned = self.result.first_assigned or code
        self.result.last_assigned = code
        return code

    def _changed(self, row: MappedRow, known: Known) -> Invalid:
        """Say that the source says otherwise now than when its site was imported, and where."""
        cells = (known.site.source_row or {}).get("cells", {})
        differing = [
            name for name in {**cells, **row.leftovers} if cells.get(name, "") != row.leftovers.get(name, "")
        ]
        where = ", ".join(differing) or _("a column that became a field of the site")
        seen = known.site.handling in self.seen_handlings
        return InvalidValue(
            "row.changed_since_import",
            _("Site %(code)s was imported from this row before, and the row says otherwise now: %(where)s.")
            % {"code": known.site.code if seen else "-", "where": shown(where if seen else "-", 200)},
            row.key,
            rule=_("What was recorded first is not overwritten by an import."),
            way_forward=_("Enter the change on the page of the site, where it is kept with your name."),
        )

    def _sample(self, site: Site, row: MappedRow) -> dict[str, str]:
        figures = [f"{self.labels.get(each.measure, each.measure)}: {each.number}" for each in row.figures]
        place = [site.place_description, site.municipality, site.region]
        position = f"{site.latitude}, {site.longitude}" if site.longitude is not None else ""
        return {
            "row": str(row.number),
            "code": site.code,
            "name": site.name,
            "place": ", ".join(dict.fromkeys(text for text in place if text)),
            "position": position,
            "burial": site.burial_edtf,
            "status_as_stated": site.status_as_stated,
            "figures": "; ".join(figures),
            "contradictions": " ".join(flag.message for flag in row.flags),
        }


def _source_row(row: MappedRow, may_differ: bool) -> dict[str, Any]:
    kept: dict[str, Any] = {"row": row.number, "digest": row.digest, "cells": row.leftovers}
    return {**kept, "common": row.common} if may_differ else kept


def _write(writing: Writing) -> None:
    if writing.sites:
        Site.objects.bulk_create(writing.sites)
    if writing.figures:
        StatedFigure.objects.bulk_create(writing.figures)
    if writing.flags:
        SiteContradiction.objects.bulk_create(writing.flags)
    changed = [known.site for known in writing.known.values() if known.is_changed and not known.is_new]
    if changed:
        Site.objects.bulk_update(changed, ["source_row"])


def _at(name: str, reason: InvalidValue) -> Invalid:
    reason.field = name
    return reason


def _code_taken(code: str, message: str) -> Invalid:
    return _at(
        "code",
        InvalidValue(
            "site.code_taken",
            message,
            code,
            rule=_("A code stands for one site of a case, for it begins the number of each find."),
            way_forward=_("Give this site another code."),
        ),
    )
