"""The mathematics of backpropagation, on numpy alone: no files, no window, no project."""
