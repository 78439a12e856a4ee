"""Power cuts: what a program did to its files is recorded, and played back with unsynced writes lost."""
