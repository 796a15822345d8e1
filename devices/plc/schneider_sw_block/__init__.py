"""The Schneider system word clock: its registers are declared in profile.yaml."""
