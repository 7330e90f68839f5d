"""The shapes of the theme, drawn by Pillow at the real scale: nothing is stretched, nothing is soft.

Each shape is drawn four times as large and scaled down, which smooths its edges. Only corners need that: a shape is
drawn as small as its corners allow, and grown by repeating its middle.
"""

from io import BytesIO

from PIL import Image, ImageDraw

from fbtool.desktop.design_tokens import GAP, RADIUS, RING

_FINE = 4
CLEAR = "#00000000"
_MIDDLE = 4
"""Real pixels between the corners of what is drawn."""
_WIDE, _HIGH = 160, 20
"""Real pixels of the middle of a piece that is stretched: Tk repeats it, and each repetition costs time."""


class Shapes:
    """Draws at one scale."""

    def __init__(self, scale: float) -> None:
        self._scale = scale

    def px(self, length: float) -> int:
        """A length of the design in real pixels."""
        return max(1, round(length * self._scale))

    @property
    def margin(self) -> int:
        """What a control keeps free around itself for its ring, in real pixels."""
        return self.px(RING) + self.px(GAP)

    def control(self, fill: str, border: str, ring: str = CLEAR, *, radius: float = RADIUS) -> Image.Image:
        """A button or field, to be stretched in its middle."""
        corner = self.px(radius)
        edge = 2 * (corner + self.margin)
        return _grown(self._ringed(edge + _MIDDLE, corner, fill, border, ring).finished(), edge + _WIDE, edge + _HIGH)

    def _ringed(self, whole: int, corner: int, fill: str, border: str, ring: str) -> "_Canvas":
        """A square of ``whole`` real pixels with a thin border; a ring, if any, lies in the margin around it."""
        margin, canvas = self.margin, _Canvas(whole, whole)
        inner = margin + self.px(1)
        if ring != CLEAR:
            thick = self.px(RING)
            canvas.box(0, 0, whole, whole, corner + margin, ring)
            canvas.cut(thick, thick, whole - thick, whole - thick, corner + margin - thick)
        canvas.box(margin, margin, whole - margin, whole - margin, corner, border)
        canvas.box(inner, inner, whole - inner, whole - inner, max(1, corner - self.px(1)), fill)
        return canvas

    def pill(self, width: int, height: int, fill: str) -> Image.Image:
        """A chip's surface; sizes in real pixels."""
        return self.panel(width, height, fill, fill, radius=height / 2 / self._scale)

    def panel(
        self, width: int, height: int, fill: str, border: str, *, radius: float = 8, thick: float = 1
    ) -> Image.Image:
        """A drawn surface with a border; sizes in real pixels. Without a fill it is a frame."""
        corner, line = self.px(radius), self.px(thick)
        wide, high = (min(side, 2 * corner + _MIDDLE) for side in (width, height))
        canvas = _Canvas(wide, high)
        canvas.box(0, 0, wide, high, corner, border)
        canvas.box(line, line, wide - line, high - line, max(1, corner - line), fill)
        return _grown(canvas.finished(), width, height)

    def bar(self, fill: str, border: str, thickness: float) -> Image.Image:
        """A bar with round ends, to be stretched in its middle."""
        thick = self.px(thickness)
        return self.panel(thick + _WIDE, thick, fill, border, radius=thickness / 2)

    def stem(self, fill: str, thickness: float, margin: float) -> Image.Image:
        """The thumb of an upright scrollbar."""
        thick, free = self.px(thickness), self.px(margin)
        wide, high = thick + 2 * free, thick + _MIDDLE
        canvas = _Canvas(wide, high)
        canvas.box(free, 0, free + thick, high, thick // 2, fill)
        return _grown(canvas.finished(), wide, thick + _WIDE)

    def tick_box(self, fill: str, border: str, mark: str = CLEAR, ring: str = CLEAR) -> Image.Image:
        """A tick box of 18 pixels with a ring around it."""
        side, margin = self.px(18), self.margin
        canvas = self._ringed(side + 2 * margin, self.px(4), fill, border, ring)
        if mark != CLEAR:
            points = [(0.24, 0.53), (0.43, 0.71), (0.77, 0.31)]
            canvas.stroke([(margin + x * side, margin + y * side) for x, y in points], self.px(2), mark)
        return canvas.finished()

    def radio(self, fill: str, border: str, mark: str = CLEAR, ring: str = CLEAR) -> Image.Image:
        """A radio button of 18 pixels with a ring around it."""
        side, dot = self.px(18), self.margin + self.px(5)
        whole = side + 2 * self.margin
        canvas = self._ringed(whole, side, fill, border, ring)
        if mark != CLEAR:
            canvas.box(dot, dot, whole - dot, whole - dot, side // 2, mark)
        return canvas.finished()

    def disc(self, side: int, fill: str, sign: str = "", ink: str = "#FFFFFF", border: str = "") -> Image.Image:
        """A circle of ``side`` real pixels, with a tick as ``sign`` if it is ``✓``."""
        canvas = _Canvas(side, side)
        canvas.box(0, 0, side, side, side // 2, border or fill)
        if border:
            line = self.px(1.5)
            canvas.box(line, line, side - line, side - line, side // 2, fill)
        if sign == "✓":
            points = [(0.29, 0.52), (0.44, 0.67), (0.72, 0.34)]
            canvas.stroke([(x * side, y * side) for x, y in points], self.px(2), ink)
        return canvas.finished()


def cut_round(content: bytes, side: int) -> Image.Image:
    """A picture cut to a circle of ``side`` real pixels.

    Raises:
        ValueError, OSError: the content is no picture, or one of unreasonable size.
    """
    with Image.open(BytesIO(content), formats=("JPEG", "PNG", "GIF", "WEBP")) as opened:
        if opened.width * opened.height > 4_000_000:
            raise ValueError("too large")
        picture = opened.convert("RGB")
    edge = min(picture.size)
    left, top = (picture.width - edge) // 2, (picture.height - edge) // 2
    picture = picture.crop((left, top, left + edge, top + edge)).resize((side, side), Image.Resampling.LANCZOS)
    mask = _Canvas(side, side)
    mask.box(0, 0, side, side, side // 2, "#FFFFFF")
    picture.putalpha(mask.finished().getchannel("A"))
    return picture


class _Canvas:
    """A transparent picture that is drawn in fine detail; lengths in real pixels."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGBA", (width * _FINE, height * _FINE), CLEAR)
        self._draw = ImageDraw.Draw(self._image)

    def box(self, left: float, top: float, right: float, bottom: float, radius: float, fill: str) -> None:
        self._draw.rounded_rectangle(_fine(left, top, right, bottom), radius * _FINE, fill)

    def cut(self, left: float, top: float, right: float, bottom: float, radius: float) -> None:
        """Take away what was drawn there."""
        self.box(left, top, right, bottom, radius, CLEAR)

    def stroke(self, points: list[tuple[float, float]], thick: float, ink: str) -> None:
        fine = [(x * _FINE, y * _FINE) for x, y in points]
        self._draw.line(fine, ink, round(thick * _FINE), joint="curve")
        radius = thick * _FINE / 2
        for x, y in (fine[0], fine[-1]):
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), ink)

    def finished(self) -> Image.Image:
        # The plain mean: a sharper filter leaves a brighter line along every edge.
        return self._image.reduce(_FINE)


def _grown(piece: Image.Image, width: int, height: int) -> Image.Image:
    """``piece`` with its middle column and its middle row repeated until it has this size."""
    turned = Image.Transpose.TRANSPOSE
    return _widened(_widened(piece, width).transpose(turned), height).transpose(turned)


def _widened(piece: Image.Image, width: int) -> Image.Image:
    middle, high = piece.width // 2, piece.height
    grown = Image.new("RGBA", (width, high))
    grown.paste(piece.crop((middle, 0, middle + 1, high)).resize((width, high), Image.Resampling.NEAREST))
    grown.paste(piece.crop((0, 0, middle, high)))
    grown.paste(piece.crop((middle, 0, piece.width, high)), (width - piece.width + middle, 0))
    return grown


def _fine(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    return left * _FINE, top * _FINE, right * _FINE - 1, bottom * _FINE - 1
