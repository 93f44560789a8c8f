"""What makes the packages, a module for each sort; `packaging/build.py` is the way in. Standard library only."""
