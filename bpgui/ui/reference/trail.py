"""Where one has been: back and on again, as in a browser."""

from __future__ import annotations


class Trail:
    """Keys in the order in which they were looked at; what lay ahead is forgotten when another way is taken."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._at = -1

    @property
    def key(self) -> str:
        """The key looked at, "" at the very start."""
        return self._keys[self._at] if self._keys else ""

    @property
    def can_go_back(self) -> bool:
        return self._at > 0

    @property
    def can_go_on(self) -> bool:
        return self._at < len(self._keys) - 1

    def go(self, key: str) -> None:
        """Look at another one."""
        if key != self.key:
            self._keys[self._at + 1 :] = [key]
            self._at += 1

    def back(self) -> str:
        """The key before, which is looked at now."""
        self._at = max(self._at - 1, 0)
        return self.key

    def on(self) -> str:
        """The key that one came back from."""
        self._at = min(self._at + 1, len(self._keys) - 1)
        return self.key
