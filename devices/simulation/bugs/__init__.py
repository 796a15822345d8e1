"""Historical defects of clocks, by name: what each changes, on which clocks it can exist, how it must be noticed.

One bug is one table row and at most one small class. Sound behaviour, limits included, stays with the device.
"""

from devices.simulation.bugs.catalogue import CATALOGUE, bugs_possible_on, fit
from devices.simulation.bugs.century import spells_19100
from devices.simulation.bugs.row import Bug, CaughtBy, ClockTraits, Unsimulated
from devices.simulation.bugs.unsimulated import UNSIMULATED

__all__ = [
    "CATALOGUE",
    "UNSIMULATED",
    "Bug",
    "CaughtBy",
    "ClockTraits",
    "Unsimulated",
    "bugs_possible_on",
    "fit",
    "spells_19100",
]
