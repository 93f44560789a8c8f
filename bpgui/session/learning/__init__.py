"""Playing a lesson: its steps, what is counted and known meanwhile, and the learner's own project kept beside."""
