"""The sample case: a readable file of our own words, its strict reader, and the loader that enters it."""
