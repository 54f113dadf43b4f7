"""Push finds that were logged here to the installation that leads the case."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from cases.exchange.push import Outcome, Told, brought_up, push
from cases.management.remote_command import FAULTS, RemoteCommand
from cases.models.context import Context
from cases.models.mirror import Mirror
from cases.models.site import Site
from remains.models.find import Find
from remains.pushed import finds_said, pushed_finds


class Command(RemoteCommand):
    """`manage.py push URL --case THERE --from HERE --site HERE=THERE`: what was logged here, sent there."""

    help = (
        "Send the finds of a site of ours to another installation, as contributions that a person there decides on."
        " Pulls first. Each version of a find is sent once; what both ends changed is put to a person there."
        " Exit 0 all of it is there, 1 something failed or was refused, 2 usage."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        super().add_arguments(parser)
        parser.add_argument(
            "--from", required=True, dest="here", metavar="NUMBER", help="our case in which they were logged"
        )
        parser.add_argument(
            "--site",
            required=True,
            metavar="HERE=THERE",
            help="our site, and the one there that it stands for",
        )
        parser.add_argument(
            "--context",
            action="append",
            default=[],
            dest="contexts",
            metavar="HERE=THERE",
            help="a context of our site, and the one there that it stands for; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Push the finds of the site, and say of each how it stands there."""
        mirror = _mirror(options)
        counted: Counter[Outcome] = Counter()
        sent = 0
        remote = self.remote(options)
        try:
            mirror = brought_up(remote, mirror)
            site, there = _sites(mirror, options["site"])
            for pair in options["contexts"]:
                there |= _context(mirror, site, there[site.pk], pair)
            finds = finds_said(site, there)
            for told in push(remote, mirror, pushed_finds(), finds):
                counted[told.outcome] += 1
                sent += told.sent
                refused = told.outcome == Outcome.REFUSED
                (self.stderr if refused else self.stdout).write(_sentence(told))
        except FAULTS as fault:
            self.stderr.write(f"{mirror.number}: {fault}")
            counted[Outcome.REFUSED] += 1
        finally:
            remote.close()
        self.stdout.write(
            _(
                "%(number)s: %(sent)d sent now; %(proposed)d proposed, %(conflict)d in conflict, %(accepted)d accepted,"
                " %(declined)d declined."
            )
            % {"number": mirror.number, "sent": sent, **{str(name): counted[name] for name in Outcome}}
        )
        if counted[Outcome.REFUSED]:
            sys.exit(1)


def _mirror(options: dict[str, Any]) -> Mirror:
    if len(options["cases"]) != 1:
        raise CommandError(_("Push to one case at a time."), returncode=2)
    [number], url = options["cases"], options["url"].rstrip("/")
    for mirror in Mirror.objects.filter(url=url, case__number=options["here"]).select_related("case"):
        if number in {mirror.number, str(mirror.chain)}:
            return mirror
    raise CommandError(
        _("Case %(number)s was never pulled from there into %(here)s. Pull it first.")
        % {"number": number, "here": options["here"]},
        returncode=2,
    )


def _sites(mirror: Mirror, pair: str) -> tuple[Site, dict[Any, str]]:
    here, there = _pair(pair)
    site = Site.objects.current().filter(case=mirror.case_id, code=here).first()
    if site is None:
        raise CommandError(
            _("There is no site %(code)s in %(case)s here.") % {"code": here, "case": mirror.case.number},
            returncode=2,
        )
    codes = {row["code"]: key for key, row in _mirrored(mirror, Site)}
    if there not in codes:
        raise CommandError(
            _("No site %(code)s of %(case)s was pulled from there.") % {"code": there, "case": mirror.number},
            returncode=2,
        )
    if here in codes:
        raise CommandError(
            _(
                "%(code)s is the code of a site there: its numbers would be those of other finds. Log the finds under a"
                " site of a code of its own."
            )
            % {"code": here},
            returncode=2,
        )
    return site, {site.pk: codes[there]}


def _context(mirror: Mirror, site: Site, site_there: str, pair: str) -> dict[Any, str]:
    here, there = _pair(pair)
    context = Context.objects.current().filter(site=site, number=here).first()
    found = [
        key
        for key, row in _mirrored(mirror, Context)
        if (row["site_id"], row["number"]) == (site_there, there)
    ]
    if context is None or not found:
        raise CommandError(
            _("There is no context %(number)s of that site.")
            % {"number": here if context is None else there},
            returncode=2,
        )
    return {context.pk: found[0]}


def _mirrored(mirror: Mirror, model: Any) -> list[tuple[str, dict[str, Any]]]:
    rows = mirror.records.filter(table_name=model._meta.db_table).values_list("record_id", "payload")
    return [(record, json.loads(payload)) for record, payload in rows]


def _pair(text: str) -> tuple[str, str]:
    here, _equals, there = text.partition("=")
    if not here or not there:
        raise CommandError(_("%(text)s is not written as HERE=THERE.") % {"text": text}, returncode=2)
    return here, there


def _sentence(told: Told) -> str:
    names = ", ".join(str(getattr(Find._meta.get_field(name), "verbose_name", name)) for name in told.fields)
    words = {"number": told.number or _("a find there"), "fields": names, "why": told.why}
    said = {
        Outcome.PROPOSED: _("proposed; nobody has decided yet"),
        Outcome.CONFLICT: _(
            "in conflict; both ends changed %(fields)s of %(number)s, a person there chooses"
        ),
        Outcome.ACCEPTED: _("accepted as %(number)s"),
        Outcome.DECLINED: _("declined: %(why)s"),
        Outcome.REFUSED: _("refused: %(why)s"),
    }[told.outcome] % words
    if told.outcome == Outcome.ACCEPTED and names:
        said += _("; %(fields)s as the case has it") % words
    if told.outcome in {Outcome.PROPOSED, Outcome.DECLINED} and told.number:
        said += _("; a change of %(number)s") % words
    mark = _("sent, ") if told.sent else ""
    return f"{told.identifier}: {mark}{said}"
