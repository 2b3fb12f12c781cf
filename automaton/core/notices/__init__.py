"""What people are told beside a rule's own steps: held notices, ends of incidents, reports.

Law: a channel that was told of an opening is told of its end.
"""
