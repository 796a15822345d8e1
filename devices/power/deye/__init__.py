"""The Deye and Sunsynk inverter: its clock is declared in profile.yaml."""
