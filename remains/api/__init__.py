"""Finds, bones and what was concluded from them, as the interface for programs shows them; one stem per file."""
