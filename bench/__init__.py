"""How fast and how dear the box is, and what others make of the same calls on the same emulated modem."""
