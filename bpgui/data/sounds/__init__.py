"""Sounds: from the bytes of a WAV file to the spectrogram that a network is given; numpy only."""
