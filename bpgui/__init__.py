"""bpgui, the backpropagation workbench: build a network, train it on your own data, see every number."""

__version__ = "0.2.0"
