"""The interface for programs: what every door of `/api/v1/` does the same way, and the ground floor's own doors.

`views`, `serializers`, `filters` and what they rest on are generic; the other files are concepts, one stem each.
"""
