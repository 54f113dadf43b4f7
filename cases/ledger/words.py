"""What an action of the ledger is called on a page: `cases.site.created` is "Site created"."""

from __future__ import annotations

from typing import Final

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.languages import capitalised
from cases.ledger.context import Channel
from cases.workflow import workflow_of

VERBS: Final = {
    "created": gettext_lazy("%(kind)s created"),
    "changed": gettext_lazy("%(kind)s changed"),
    "withdrawn": gettext_lazy("%(kind)s withdrawn"),
    "handling_changed": gettext_lazy("%(kind)s: handling changed"),
    "superseded": gettext_lazy("%(kind)s superseded"),
    "resolved": gettext_lazy("%(kind)s resolved"),
    "logged": gettext_lazy("%(kind)s logged"),
    "imported": gettext_lazy("%(kind)s imported"),
    "loaded": gettext_lazy("%(kind)s loaded"),
    "opened": gettext_lazy("%(kind)s opened"),
    "split": gettext_lazy("%(kind)s split"),
    "merged": gettext_lazy("%(kind)s merged"),
    "named": gettext_lazy("%(kind)s named"),
    "handed_over": gettext_lazy("%(kind)s handed over"),
    "closure_proposed": gettext_lazy("%(kind)s: closure proposed"),
    "closure_proposal_withdrawn": gettext_lazy("%(kind)s: proposal of closure withdrawn"),
    "password_changed": gettext_lazy("%(kind)s: password changed"),
    "password_rehashed": gettext_lazy("%(kind)s: password kept in a newer way"),
    "administrator_made": gettext_lazy("%(kind)s: administrator made"),
}
CHANNELS: Final = {
    Channel.ADMIN: gettext_lazy("admin"),
    Channel.API: gettext_lazy("API"),
    Channel.IMPORT: gettext_lazy("import"),
    Channel.COMMAND: gettext_lazy("command line"),
}


def action_in_words(action: str) -> str:
    """Return an action as a phrase: by its kind of record and its transition or verb, or as readable as it is."""
    stem, _dot, verb = action.rpartition(".")
    workflow = workflow_of(stem)
    transition = workflow.known(verb) if workflow is not None else None
    if transition is not None:
        return _("%(kind)s: %(done)s") % {"kind": kind_in_words(stem), "done": transition.label}
    if verb in VERBS:
        return str(VERBS[verb]) % {"kind": kind_in_words(stem)}
    return f"{kind_in_words(stem)}: {verb.replace('_', ' ')}"


def kind_in_words(stem: str) -> str:
    """Return the kind of record of `cases.site` as it is called on pages."""
    app_label, _dot, name = stem.partition(".")
    try:
        return capitalised(str(apps.get_model(app_label, name)._meta.verbose_name))
    except (LookupError, ValueError):
        return capitalised((name or stem).replace("_", " ").replace(".", " "))


def channel_in_words(channel: str) -> str:
    """Return the door through which a change came, as it is called on pages."""
    return str(CHANNELS[Channel(channel)]) if channel in CHANNELS else channel
