"""Plans and benches that ship; data only, with this file so that they are part of the wheel."""
