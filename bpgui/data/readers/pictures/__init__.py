"""Images: in files of their own, and in IDX."""
