"""How a run is doing, layer by layer: the course of its vital signs, the bands they are healthy in, and warnings."""
