"""What an engine that judges its share tells the others: a node its parts and matches, the fleet its state.

Law: here it is gathered, paced and repeated. What is made of what others tell is in `hearing/`.
"""
