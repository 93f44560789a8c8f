"""What the panel of the explained step is made of."""
