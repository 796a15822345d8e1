"""The GE Kelman transformer gas analyser: its clock is declared in profile.yaml."""
