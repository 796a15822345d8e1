"""The Electrex X3M energy meter: its clock is declared in profile.yaml."""
