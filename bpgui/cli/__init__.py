"""The command line: train, predict, export, check, list samples, without a window and without importing Qt."""
