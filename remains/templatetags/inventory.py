"""What templates of the skeleton need: the words for an element and side."""

from __future__ import annotations

from django import template

from remains.recovered import name_of

register = template.Library()


@register.simple_tag
def bone_name(key: str) -> str:
    """Return the words for an element and side."""
    return name_of(key)
