"""How dates are written: the same in every language, so that a record reads the same wherever it is opened."""
