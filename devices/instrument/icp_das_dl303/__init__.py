"""The ICP DAS DL-303 data logger: its clock is declared in profile.yaml."""
