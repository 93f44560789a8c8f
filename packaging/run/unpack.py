"""Run by the packed program while a .run installs it: standard input, packed by xz, comes out unpacked."""

import lzma
import shutil
import sys

with lzma.open(sys.stdin.buffer) as packed:
    shutil.copyfileobj(packed, sys.stdout.buffer, 1 << 20)
