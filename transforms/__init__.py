"""What happens to text: pure functions, no network, no disk, no clock, no Prefect."""
