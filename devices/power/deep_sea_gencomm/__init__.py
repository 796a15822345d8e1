"""The Deep Sea Electronics generator controller: its clock is declared in profile.yaml."""
