"""The command ``rollover``: one module a verb, each thin. One of the two roots that wire devices to the engine."""
