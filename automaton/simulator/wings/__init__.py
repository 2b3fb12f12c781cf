"""The simulated Wings: a node with its servers, their power, console and readings, and what it answers."""
