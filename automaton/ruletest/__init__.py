"""What `automaton test` runs: the `tests:` of rule files, on the daemon's engine and virtual time.

Prints nothing and reads no clock. The workbench has the command and its report.
"""
