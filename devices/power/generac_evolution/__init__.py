"""The Generac Evolution controller: its clock is declared in profile.yaml."""
