"""Bar charts as SVG: small, readable in light and dark, with their figures as
text for those who do not see them. The same bars give the same bytes.
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 680
LABELS = 190  # the column of names
VALUES = 96  # room for a figure behind the longest bar
TOP = 62
BAR = 16
GAP = 6
BETWEEN_GROUPS = 28

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.note { font-size: 12px; fill: #59636e }
.ours { fill: #0969da }
.other { fill: #9198a1 }
.floor { stroke: #bc4c00; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .note { fill: #9198a1 }
  .ours { fill: #4493f8 }
  .other { fill: #656c76 }
  .floor { stroke: #db6d28 }
}
"""


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    text: str  # the value with its unit
    is_ours: bool


@dataclass(frozen=True)
class Group:
    heading: str  # may be empty
    bars: list[Bar]


@dataclass(frozen=True)
class Chart:
    title: str
    note: str  # under the title: which way is better, which run
    groups: list[Group]
    floor: float | None = None  # what was wanted, in the unit of the values

    def svg(self) -> str:
        pieces, height = self.draw()
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
            f'height="{height}" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-labelledby="title desc">',
            f'<title id="title">{escape(self.title)}</title>',
            f'<desc id="desc">{escape(self.description())}</desc>',
            f"<style>{STYLE}</style>",
            text(0, 18, self.title, "title"),
            text(0, 38, capital(self.note), "note"), *pieces, "</svg>", ""])

    def description(self) -> str:
        """All figures, for a screen reader."""
        sentences = [capital(self.note) + "."]
        for group in self.groups:
            start = f"{capital(group.heading)}: " if group.heading else ""
            figures = (f"{bar.label} {bar.text}" for bar in group.bars)
            sentences.append(start + ", ".join(figures) + ".")
        return " ".join(sentences)

    def draw(self) -> tuple[list[str], int]:
        longest = max(bar.value for group in self.groups for bar in group.bars)
        scale = (WIDTH - LABELS - VALUES) / longest
        pieces = []
        y = TOP
        for group in self.groups:
            if group.heading:
                pieces.append(text(0, y + 12, capital(group.heading), "note"))
                y += 20
            for bar in group.bars:
                pieces += draw_bar(bar, y, scale)
                y += BAR + GAP
            y += BETWEEN_GROUPS - GAP
        y -= BETWEEN_GROUPS - GAP
        if self.floor is not None:
            x = LABELS + self.floor * scale
            pieces.append(f'<line class="floor" x1="{x:.1f}" y1="{TOP - 6}" '
                          f'x2="{x:.1f}" y2="{y}"/>')
        return pieces, y + 6


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def draw_bar(bar: Bar, y: int, scale: float) -> list[str]:
    width = max(bar.value * scale, 1)
    kind = "ours" if bar.is_ours else "other"
    return [text(LABELS - 8, y + 13, bar.label, anchor="end"),
            f'<rect class="{kind}" x="{LABELS}" y="{y}" width="{width:.1f}" '
            f'height="{BAR}" rx="2"/>',
            text(LABELS + width + 6, y + 13, bar.text)]


def text(x: float, y: int, content: str, kind: str = "",
         anchor: str = "") -> str:
    attributes = f' class="{kind}"' if kind else ""
    if anchor:
        attributes += f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y}"{attributes}>{escape(content)}</text>'
