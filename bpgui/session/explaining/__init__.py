"""The explained step: what was clicked, where one is on the walk through the step, and what there is to see."""
