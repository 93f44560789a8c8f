"""What proves the packages on a bare machine; `packaging/bare_machine.py` is the way in. Standard library only."""
