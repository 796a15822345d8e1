"""The Accuenergy AcuRev meter: its clock is declared in profile.yaml."""
