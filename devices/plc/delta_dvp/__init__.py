"""The Delta DVP controller: its clock is declared in profile.yaml."""
