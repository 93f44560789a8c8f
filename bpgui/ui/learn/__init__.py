"""What the window does for a lesson: shows its steps, rings what it speaks of, locks what it says."""
