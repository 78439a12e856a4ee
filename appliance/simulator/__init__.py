"""An emulated modem on a pty: for the demo, the tests, and an owner who wants to try it."""
