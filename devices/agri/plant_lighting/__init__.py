"""An open plant lighting controller: its clock is declared in profile.yaml."""
