"""What a modem says and is told. Pure: no I/O, no clock, no threads."""
