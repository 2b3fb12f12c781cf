"""What an engine that judges its share makes of what the others tell.

Law: a telling that comes twice, late or out of order changes nothing; who is silent too long is not believed.
"""
