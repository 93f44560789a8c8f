"""Worksheets: a small network with friendly numbers, one step of training to do by hand, and the key."""

__all__ = ["FIELDS", "LOSSES", "Line", "Problem", "Section", "Worksheet", "as_html", "make_worksheet", "project"]
