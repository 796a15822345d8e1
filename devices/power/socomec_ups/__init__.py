"""The Socomec UPS: its clock is declared in profile.yaml."""
