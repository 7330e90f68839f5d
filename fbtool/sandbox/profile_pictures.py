"""Pictures of people, Pages and customers: a mosaic that follows from the id, as a real JPEG.

Facebook's pictures are JPEG files, so a program that can only show PNG must fail here too.
"""

import hashlib
import io
from functools import lru_cache

from PIL import Image

_CELLS = 6
_PAPER = (236, 128, 128)


@lru_cache(maxsize=256)
def portrait(subject: str, side: int) -> bytes:
    """A square JPEG of ``side`` pixels."""
    digest = hashlib.sha256(subject.encode()).digest()
    # A calm colour as luminance and two chrominances.
    colour = (110, 96 + digest[0] % 8 * 10, 96 + digest[0] // 8 % 8 * 10)
    mosaic = Image.new("YCbCr", (_CELLS, _CELLS), _PAPER)
    for x in range(_CELLS):
        for y in range(_CELLS):
            # Symmetric about the vertical axis, because people see a face in that.
            if digest[1 + y] >> min(x, _CELLS - 1 - x) & 1:
                mosaic.putpixel((x, y), colour)
    file = io.BytesIO()
    mosaic.resize((side, side), Image.Resampling.NEAREST).save(file, "JPEG", quality=90)
    return file.getvalue()
