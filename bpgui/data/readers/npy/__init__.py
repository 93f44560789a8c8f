"""Arrays of numpy: NPY, NPZ."""
