"""Links: everything between an ask and the bytes of a wire. ``opening.make_bus`` is the door; nothing is imported here."""
