"""Power: supplies and relays that switch other devices, and inverters and chargers that keep a clock."""
