"""Fuzz targets: one file a seam at which a stranger's bytes come in. `make fuzz MINUTES=10` runs them.

A target has `check`, which takes any bytes and raises where a promise does not hold, and `seeds`, which
gives inputs of its form that are right or nearly so. A target imports public names only. It says nothing
of who calls it: libFuzzer, hypothesis, or the suite, which replays all seeds and all regressions.
"""
