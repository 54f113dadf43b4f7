"""Papers: what the records say, as PDF for court and archive, in the language of the case.

A paper is built as data (`paper.py`), by one module for each kind, and set by typst from templates of our own.
No text of a record ever becomes a part of a template.
"""
