"""What a driver is: the asks it yields, the facts it declares, the protocols it fulfils. No port is held here."""
