"""Opening what people upload: its type, whether it is whole, what the camera wrote, and small copies of it.

Nothing here imports Django, and nothing but `apart.py` is used by what does: the rest runs in a process of its own,
with bounded memory and time, because the bytes may have been made to break whatever opens them.
"""
