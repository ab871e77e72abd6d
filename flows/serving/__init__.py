"""`wirelake serve`: a server, the deployments that the settings want, and what runs them."""
