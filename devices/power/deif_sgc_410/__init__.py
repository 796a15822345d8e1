"""The DEIF SGC 410 controller: its clock is declared in profile.yaml."""
