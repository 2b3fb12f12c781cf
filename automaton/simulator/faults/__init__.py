"""What may go wrong, on request or by a scenario, and how it is done."""
