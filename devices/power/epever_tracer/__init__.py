"""The EPEVER Tracer charge controller: its clock is declared in profile.yaml."""
