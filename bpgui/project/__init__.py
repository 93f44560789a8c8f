"""What the user is making: one frozen specification, its edits, its checks, its file."""
