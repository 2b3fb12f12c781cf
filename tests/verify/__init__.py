"""Is the simulator what Wings is? Plays recorded conversations again, and compares. For maintainers.

    trace       the rows of a recording
    inputs      what the client and others did: all that a play is told
    described   the node on which the recordings were made
    play        gives the inputs to that node, each at its moment, and hears what it says
    answers     what the real Wings said, and between which inputs
    normal      a frame without what is free to differ
    ticks       readings once a second: their phase is free, and their number by one a run
    compare     the differences, with exactly the freedoms that a recording leaves
    judge       what Wings leaves to chance is tried until one course agrees, or none does
    report      verdicts for people and programs; what `python -m tests.verify` says
    recording   the recordings in `recorded/`, and what tests may do to them
    handmade    conversations written by hand, from what is documented

Only `answers` reads the rows of what was answered; nothing that `play` imports reaches it.
"""
