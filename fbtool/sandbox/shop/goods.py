"""What the shop sells."""

from dataclasses import dataclass

from fbtool.language import N_


@dataclass(frozen=True)
class Product:
    """One product; the texts are to be translated, ``cents`` is the price in euro cents."""

    key: str
    name: str
    kind: str
    cents: int
    points: tuple[str, ...]


GOODS = (
    Product(
        "honey",
        N_("Forest honey, strong and spicy, 500 g"),
        N_("Honey · from our own beehives"),
        980,
        (
            N_("Cold extracted, never heated"),
            N_("From the Ettersberg"),
            N_("Returnable jar"),
        ),
    ),
    Product(
        "cheese",
        N_("Mountain cheese, one year old, 300 g"),
        N_("Cheese · raw milk"),
        850,
        (N_("Made in summer on the alp"), N_("Firm, nutty, a little salty")),
    ),
    Product(
        "bread",
        N_("Rye sourdough bread, 1 kg"),
        N_("Bread · baked on Tuesdays and Fridays"),
        540,
        (N_("Three stages of sourdough"), N_("Stays fresh for a week")),
    ),
    Product(
        "gift",
        N_("Gift box with honey and cheese"),
        N_("Gifts · packed by hand"),
        2490,
        (N_("With a card that you write yourself"), N_("We send it on any day you like")),
    ),
)


def product(key: str) -> Product | None:
    """The product of that key."""
    return next((one for one in GOODS if one.key == key), None)


def price(cents: int, language: str) -> str:
    """An amount as people of that language write it."""
    amount = f"{cents // 100}.{cents % 100:02}"
    return f"{amount.replace('.', ',')} €" if language == "de" else f"€{amount}"
