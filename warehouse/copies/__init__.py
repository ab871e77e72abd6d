"""Copies: which articles are one story, found as they come, kept, and explained."""
