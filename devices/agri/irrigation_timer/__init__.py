"""A published irrigation timer on a DS1307: its clock is declared in profile.yaml."""
