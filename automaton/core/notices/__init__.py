"""What people are told beside a rule's own steps: notices that were held, ends of incidents, reports.

Law: nobody who heard of an opening is left with an alert that is over.
"""
