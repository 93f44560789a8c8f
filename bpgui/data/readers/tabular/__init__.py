"""Rectangles of cells as columns of one type each."""
