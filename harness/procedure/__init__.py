"""What is done to a device, as asks. A procedure knows no time but the one it is told and touches nothing itself."""
