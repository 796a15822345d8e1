"""The DirectLOGIC controllers: their clock is declared in profile.yaml."""
