"""From rows of somebody's bone table to specimens and measurements of ours. What a table is stands in `cases.importing`.

A mapping says which column is which; nothing is guessed, and no finding has a default.
"""
