"""What a person should see of the data before trusting a network trained on it: pure functions of table and dataset.

Nothing here is fitted or changed. What is larger than a second's work is looked at in a seeded sample, and the result
says how many rows were looked at.
"""

from __future__ import annotations

from bpgui.data.inspection.duplicates import Duplicates, Twins, find_duplicates, same_in_duplicates
from bpgui.data.inspection.groups import GROUP_NAME, PartedGroups, parted_groups
from bpgui.data.inspection.leaks import GiveAway, give_aways, id_like
from bpgui.data.inspection.missing import MissingMap, missing_map
from bpgui.data.inspection.parts import (
    Balance,
    PartSizes,
    class_balance,
    missing_classes,
    part_sizes_of,
    unlearnt_classes,
)
from bpgui.data.inspection.pictures import Histogram, Scatter, class_samples, histogram, scatter
from bpgui.data.inspection.statistics import FeatureStatistics, feature_statistics

__all__ = [
    "GROUP_NAME", "Balance", "Duplicates", "FeatureStatistics", "GiveAway", "Histogram", "MissingMap", "PartSizes",
    "PartedGroups", "Scatter", "Twins", "class_balance", "class_samples", "feature_statistics", "find_duplicates",
    "give_aways", "histogram", "id_like", "missing_classes", "missing_map", "part_sizes_of", "parted_groups",
    "same_in_duplicates", "scatter", "unlearnt_classes",
]  # fmt: skip
