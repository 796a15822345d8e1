"""The Growatt inverter: its clock is declared in profile.yaml."""
