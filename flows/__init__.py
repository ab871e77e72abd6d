"""What runs and when: the flows, the command line and the sources they read."""
