"""From a dropped file, or a recipe for points, to arrays that a network can be trained on."""
