"""A figure compared with its baseline picture."""

import pytest

# The tolerance allows for glyphs drawn by another FreeType; a moved line or another colour is far above it.
picture = pytest.mark.mpl_image_compare(baseline_dir="baseline", tolerance=4, style="default")
