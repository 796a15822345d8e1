"""The FoxESS inverter: its clock is declared in profile.yaml."""
