"""The simulated Wings: a node with its servers, their power, console and figures, and what it answers."""
