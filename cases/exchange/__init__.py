"""Exchange with partners: which records leave a case, in which form, and how both ends know that they hold the same."""
