"""The verbs of `wirelake` that need a file each, and how all verbs show their results."""
