"""The start page: what waits for a person in all their roles, what changed since they were here, and where to begin.

Put together here; what is counted, and how, is said by the apps. Whoever has several roles sees one page.
"""
