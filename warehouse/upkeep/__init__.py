"""Upkeep: few large parts, and nothing kept for longer than promised."""
