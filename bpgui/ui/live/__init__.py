"""Views of a run while it learns: each draws one answer record and holds no other state of the run.

They paint themselves (one paint call, numpy up to the last step) instead of using a plotting library: a frame of the
three panels costs a third of the same in pyqtgraph, nothing raises on odd numbers, and the window starts sooner.
"""
