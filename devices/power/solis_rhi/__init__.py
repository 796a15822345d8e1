"""The Solis hybrid inverter: its clock is declared in profile.yaml."""
