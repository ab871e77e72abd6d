"""Safekeeping: backups, their way back, and copies for those who have no wirelake."""
