"""The pages of the reference in the window: list, article, curve."""
