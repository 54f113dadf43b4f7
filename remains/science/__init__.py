"""Pure functions of the field: counting people, and later age, sex and stature. Nothing here imports Django."""

from typing import Final

#: Changes with every change of the rules by which people are counted; each assessment says by which it was made.
RULES_VERSION: Final = "1"
