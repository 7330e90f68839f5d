"""Pictures of people, Pages and customers: a mosaic that follows from the id, as a real JPEG.

Facebook's pictures are JPEG files, so a program that can only show PNG must fail here too. A mosaic of plain 8×8
blocks needs only the first coefficient of each block, which makes the encoder (ITU-T T.81, baseline) this short.
"""

import hashlib
import struct
from functools import lru_cache

_CELLS = 5
_BLOCK = 8
_DC_LENGTHS = (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)
"""The standard's own Huffman table K.3: how many codes there are of each length, for the categories 0 to 11."""
_END_OF_BLOCK = "0"
_MIDDLE = 128


@lru_cache(maxsize=256)
def portrait(subject: str, side: int) -> bytes:
    """A square JPEG of about ``side`` pixels (a multiple of the mosaic's grid)."""
    digest = hashlib.sha256(subject.encode()).digest()
    colour, paper = _colour(digest[0]), (236, 128, 128)
    scale = max(1, round(side / (_BLOCK * (_CELLS + 1))))
    cells = _CELLS + 1
    size = cells * scale
    blocks = [colour if _filled(digest, x // scale, y // scale) else paper for y in range(size) for x in range(size)]
    return _jpeg(size * _BLOCK, blocks)


def _filled(digest: bytes, x: int, y: int) -> bool:
    """Symmetric about the vertical axis, because people see a face in that."""
    mirrored = min(x, _CELLS - x)
    return bool(digest[1 + y] >> mirrored & 1)


def _colour(byte: int) -> tuple[int, int, int]:
    """A calm colour as luminance and two chrominances."""
    return 110, 96 + byte % 8 * 10, 96 + byte // 8 % 8 * 10


def _jpeg(side: int, blocks: list[tuple[int, int, int]]) -> bytes:
    quantisation = b"\x00" + b"\x08" * 64
    frame = struct.pack(">BHHB", 8, side, side, 3) + b"".join(bytes((part, 0x11, 0)) for part in (1, 2, 3))
    dc_table = b"\x00" + bytes(_DC_LENGTHS) + bytes(range(12))
    ac_table = b"\x10" + bytes((1,) + (0,) * 15) + b"\x00"
    scan = b"\x03" + b"".join(bytes((part, 0)) for part in (1, 2, 3)) + b"\x00\x3f\x00"
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            _segment(0xDB, quantisation),
            _segment(0xC0, frame),
            _segment(0xC4, dc_table),
            _segment(0xC4, ac_table),
            _segment(0xDA, scan),
            _entropy_coded(blocks),
            b"\xff\xd9",
        )
    )


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _entropy_coded(blocks: list[tuple[int, int, int]]) -> bytes:
    codes = _dc_codes()
    bits = []
    last = [0, 0, 0]
    for block in blocks:
        for part, value in enumerate(block):
            # With a quantiser of 8 the first coefficient is exactly the block's value minus the middle.
            level = value - _MIDDLE
            difference, last[part] = level - last[part], level
            category = abs(difference).bit_length()
            bits.append(codes[category])
            if category:
                shown = difference if difference > 0 else difference + (1 << category) - 1
                bits.append(f"{shown:0{category}b}")
            bits.append(_END_OF_BLOCK)
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    data = int(text, 2).to_bytes(len(text) // 8)
    return data.replace(b"\xff", b"\xff\x00")


def _dc_codes() -> list[str]:
    codes, code = [], 0
    for length, count in enumerate(_DC_LENGTHS, start=1):
        for _ in range(count):
            codes.append(f"{code:0{length}b}")
            code += 1
        code <<= 1
    return codes
