"""Pure functions of the field: counting people, and later age, sex and stature. Nothing here imports Django."""
