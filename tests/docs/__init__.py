"""The pages for operators, README.md and docs/, are held to the program."""
