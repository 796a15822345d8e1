"""The Julabo PRESTO bath: its clock is declared in profile.yaml."""
