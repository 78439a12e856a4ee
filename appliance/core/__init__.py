"""What the box decides. Pure."""
