"""Remains: finds from the grave, opinions about them, and how many people they are."""
