"""Sounds in WAV files."""
