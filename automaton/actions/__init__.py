"""One file for each kind of action; the YAML word is the file's name, without a trailing underscore.

Law: a step only answers what comes next. What it must remember is in its memo, for runs outlive the process.
"""
