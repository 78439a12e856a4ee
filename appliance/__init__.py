"""Textback: the box's own program."""

__version__ = "0.1.0"
