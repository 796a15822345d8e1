"""The Enervent EDA ventilation unit: its clock is declared in profile.yaml."""
