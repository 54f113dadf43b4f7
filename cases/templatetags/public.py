"""How the templates of the public pages say something in the reader's language."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template

from cases.public.words import Language

register = template.Library()


@register.simple_tag
def said(language: Language, name: str, **filled: Any) -> str:
    """Return one of the words around the texts, with its days said in the language too."""
    values = {
        key: language.on(value) if isinstance(value, dt.date) else value for key, value in filled.items()
    }
    return language[name].format(**values)


@register.filter
def on(moment: dt.date, language: Language) -> str:
    """Say a day."""
    return language.on(moment)
