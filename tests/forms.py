"""What a browser would send back from a form of the admin."""

from __future__ import annotations

from typing import Any


def as_sent(page: Any, **changes: Any) -> dict[str, Any]:
    """Return the fields of a form page as a browser would send them, with some of them changed."""
    sent: dict[str, Any] = {}
    for form in [page.context["adminform"].form, *_parts(page)]:
        for name in form.fields:
            value = form[name].value()
            if value is True:
                sent[form[name].html_name] = "on"
            elif value is not None and value is not False:
                sent[form[name].html_name] = value
    head = page.context.get("record_head")
    if head:
        sent["record_version"] = head["version"]
    return {**sent, **changes}


def _parts(page: Any) -> list[Any]:
    forms: list[Any] = []
    for inline in page.context.get("inline_admin_formsets") or []:
        forms += [inline.formset.management_form, *inline.formset.forms]
    return forms
