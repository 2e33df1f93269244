"""How bytes go out: claim, transmit, record."""
