"""Published methods of age, sex and stature: what is scored, what comes out, what it means, how far it was checked.

`apply(code, scored)` is pure; one module or table a family of methods. See docs/methods.md.
"""

from __future__ import annotations

from remains.science.methods.parts import (
    Classification,
    Interval,
    Item,
    Kind,
    Meaning,
    Method,
    MethodRefusal,
    Result,
    Verified,
)
from remains.science.methods.registry import METHODS, apply, checked, fitting, in_words, named, why_withheld

__all__ = [
    "METHODS",
    "Classification",
    "Interval",
    "Item",
    "Kind",
    "Meaning",
    "Method",
    "MethodRefusal",
    "Result",
    "Verified",
    "apply",
    "checked",
    "fitting",
    "in_words",
    "named",
    "why_withheld",
]
