"""The icon is drawn, not kept: in every size that Windows asks for, and always the same."""

from pathlib import Path

from PIL import Image

from build import icon
from fbtool.desktop import logo


def test_every_size_is_in_the_file_and_has_a_shape(tmp_path: Path) -> None:
    icon.write(tmp_path / "one.ico")
    icon.write(tmp_path / "two.ico")
    assert (tmp_path / "one.ico").read_bytes() == (tmp_path / "two.ico").read_bytes()
    with Image.open(tmp_path / "one.ico") as opened:
        assert opened.info["sizes"] == {(size, size) for size in icon.SIZES}
    for size in icon.SIZES:
        picture = logo.draw(size)
        assert picture.getpixel((0, 0))[3] == 0  # round corners
        assert picture.getpixel((size // 2, size // 3))[3] == 255
