"""The case bundle: a case taken out of Taphos, to be read and verified by whoever has never heard of it."""
