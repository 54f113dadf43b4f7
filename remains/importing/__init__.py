"""From rows of a foreign bone table to specimens and measurements. What a table is stands in `cases.importing`.

A mapping says which column is which; nothing is guessed, and no finding has a default.
"""
