"""The commands of `textback`, one module each, and what they share."""
