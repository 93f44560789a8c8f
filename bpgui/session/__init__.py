"""The program without its window: document, undo, the training worker."""
