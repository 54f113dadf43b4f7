"""The ledger: one append-only, hash-chained record of every change, written by the database.

`sql/` holds what the database does, `operations.py` puts it on a table, `context.py` names who is acting,
`entries.py` reads, `verify.py` and `checkpoints.py` prove.
"""
