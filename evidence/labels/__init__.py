"""Labels: the short address of a record as a QR code, on sheets to be printed, and what scanning one leads to."""
