"""What happened: a run is a function of specification, data, seed and interventions."""
