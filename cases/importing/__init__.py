"""Import of tables from outside, as far as it needs no database: files, mappings, rows.

The whole way; every refusal on it is a `cases.refusals.Invalid`::

    table = open_table(path, encoding=None, separator=None)    # cases.importing.table; TableRefused
    if mapping_path:
        mapping = load(mapping_path, known_codes)              # cases.importing.mapping_file; MappingRefused
    else:
        mapping = recognise(table.header)                      # a shipped one, or None
    for row in mapping.map_table(table):                       # table.row_count for a progress bar
        match row:                                             # cases.importing.results
            case MappedRow():    # a site: fields, figures as stated, flags (contradictions), leftovers
                ...              # its key is in the case? same digest: there already; another: refuse
            case FurtherRow():   # more about the site of row.first_number: keep its leftovers there
                ...
            case RepeatedRow():  # word for word row.first_number: there already
                ...
            case RefusedRow():   # row.reasons
                refused.write(row)                             # cases.importing.refused_rows.RefusedRows

Nothing is written here: the service writes in one transaction, so that a file that breaks half-way leaves
nothing behind.
"""
