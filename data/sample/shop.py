"""What the sample seller has: marketplaces, products, topics, invented names and ids."""

from __future__ import annotations

import string
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Store:
    """One marketplace as mail shows it; `hours` is its usual distance from UTC, for when buyers write."""

    code: str
    id: str
    tld: str
    lang: str
    hours: int
    region: str
    prefixes: tuple[int, ...]
    currency: str


@dataclass(frozen=True)
class Product:
    """One listing: model name, family, catalogue number, our own number, title, price in minor units."""

    model: str
    family: str
    asin: str
    sku: str
    title: str
    price: int


STORES = {
    store.code: store
    for store in (
        Store("US", "ATVPDKIKX0DER", "com", "en", -6, "US", (111, 112, 113, 114), "USD"),
        Store("CA", "A2EUQ1WTGCTBG2", "ca", "en", -5, "US", (701, 702), "CAD"),
        Store("UK", "A1F83G8C2ARO7P", "co.uk", "en", 0, "EU", (202, 203, 204, 205), "GBP"),
        Store("DE", "A1PA6795UKMFR9", "de", "de", 1, "EU", (302, 303, 304, 305), "EUR"),
        Store("FR", "A13V1IB3VIYZZH", "fr", "fr", 1, "EU", (402, 403, 404, 405), "EUR"),
        Store("IT", "APJ6JRA9NG5V4", "it", "it", 1, "EU", (405, 406, 407), "EUR"),
        Store("ES", "A1RKKUPIHCS9HS", "es", "es", 1, "EU", (404, 406, 408), "EUR"),
        Store("JP", "A1VC38T7YXB528", "co.jp", "ja", 9, "JP", (249, 250, 503), "JPY"),
    )
}
STORE_WEIGHTS = {"US": 26, "DE": 20, "UK": 13, "FR": 11, "IT": 8, "ES": 8, "CA": 5, "JP": 9}
PRODUCTS = (
    Product("Glim 30", "charger", "B0NLGC30AA", "NL-GLIM-30-W", "Nordlicht Glim 30 USB-C Charger 30 W, White", 1890),
    Product("Glim 65", "charger", "B0NLGC65BB", "NL-GLIM-65-W", "Nordlicht Glim 65 USB-C Charger 65 W, 2 Ports", 3490),
    Product("Glim 100 Duo", "charger", "B0NLGC10CC", "NL-GLIM-100", "Nordlicht Glim 100 Duo USB-C Charger 100 W", 5990),
    Product(
        "Glim Car 45", "charger", "B0NLGA45DD", "NL-GLIM-CAR", "Nordlicht Glim Car 45 USB-C Car Charger 45 W", 2190
    ),
    Product("Lumo Desk", "lamp", "B0NLLD01EE", "NL-LUMO-DESK", "Nordlicht Lumo Desk LED Desk Lamp, Dimmable", 4590),
    Product("Lumo Clip", "lamp", "B0NLLC02FF", "NL-LUMO-CLIP", "Nordlicht Lumo Clip LED Clamp Lamp, Black", 2990),
    Product("Lumo Wide", "lamp", "B0NLLW03GG", "NL-LUMO-WIDE", "Nordlicht Lumo Wide LED Monitor Lamp 80 cm", 6990),
    Product("Falk Front 400", "bike", "B0NLFF40HH", "NL-FALK-F400", "Nordlicht Falk Front 400 Bike Light, USB-C", 3990),
    Product("Falk Rear 60", "bike", "B0NLFR60JJ", "NL-FALK-R60", "Nordlicht Falk Rear 60 Bike Light, Red", 2290),
    Product("Falk Set", "bike", "B0NLFS12KK", "NL-FALK-SET", "Nordlicht Falk Set Bike Lights Front and Rear", 5490),
    Product("Vega Slim", "scale", "B0NLVS05LL", "NL-VEGA-SLIM", "Nordlicht Vega Slim Kitchen Scale 5 kg", 1990),
    Product("Vega Glass", "scale", "B0NLVG08MM", "NL-VEGA-GLASS", "Nordlicht Vega Glass Kitchen Scale 8 kg", 2790),
)
TOPICS = {
    "parcel_late": 15, "parcel_missing": 8, "damaged": 9, "wrong_item": 5, "invoice": 8, "refund_status": 6,
    "cancel": 5, "return": 8, "defect": 9, "warranty": 3, "missing_part": 4, "address": 3, "how_to": 7,
    "compat": 9, "compliment": 3, "angry": 3,
}  # fmt: skip
FOLLOWED_BY = {
    "delivery": ("parcel_late", "parcel_missing", "address"),
    "problem": ("damaged", "wrong_item", "defect", "missing_part", "angry"),
    "money": ("refund_status", "return"),
    "office": ("invoice", "cancel"),
    "question": ("warranty", "how_to", "compat", "compliment"),
}
NAMES = {
    "en": "Ava Ben Carol Dana Eli Fern Gus Hazel Ian Joy Kit Lena Max Nell Omar Pia Quinn Rosa Sam Tess Uma Vic",
    "de": "Anke Bernd Clara Dirk Elif Frieda Gerd Heike Ingo Jule Kai Lore Malte Nina Olaf Petra Rolf Silke Timo Uwe",
    "fr": "Aline Benoît Chloé Denis Élodie Fanny Gaël Hélène Inès Joël Karim Lise Maud Noé Odile Paul René Zoé",
    "it": "Aldo Bice Carla Dario Elsa Fabio Gaia Ivo Lia Marco Nora Otto Piero Rita Sara Teo Vera",
    "es": "Alba Bruno Celia Darío Elena Fermín Gala Hugo Iria Juan Lola Mateo Nuria Óscar Pilar Raúl Sol",
    "ja": "ゆうき さくら はると あおい けん みお ひな そら りく まい Yuki Haru Sora Aoi Rin Nao Ken",
}
# Some phrases name screws, cables or light.
_FIT = {
    "missing_part": ("lamp",),
    "return": ("lamp",),
    "defect": ("charger", "lamp"),
    "wrong_item": ("charger", "lamp"),
}
_BASE32 = string.ascii_uppercase + "234567"


def product_for(topic: str, family: str, rng: Random) -> Product:
    """A product of that family, or one that the topic's phrases fit; chargers sell best."""
    families = (family,) if family else _FIT.get(topic, ("charger", "lamp", "bike", "scale"))
    return rng.choice([product for product in PRODUCTS + PRODUCTS[:3] if product.family in families])


def more_of(topic: str) -> str:
    """The section with follow-ups that fit a topic."""
    return "more:" + next(kind for kind, topics in FOLLOWED_BY.items() if topic.split(":")[0] in topics)


def order_id(store: Store, rng: Random) -> str:
    """An invented order id of 3-7-7 digits."""
    return f"{rng.choice(store.prefixes)}-{rng.randrange(10**6, 10**7)}-{rng.randrange(10**6, 10**7)}"


def alias(rng: Random) -> str:
    """A buyer's relay name: 14 to 16 lower-case letters and digits."""
    return "".join(rng.choices(string.ascii_lowercase + string.digits, k=rng.choice((14, 14, 15, 16))))


def uuid(rng: Random) -> str:
    """A case id as Seller Central writes it."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def amazon_id(rng: Random) -> str:
    """A message or thread id as the footer links carry it."""
    return "A0" + "".join(rng.choices(_BASE32, k=19))


def ses_id(store: Store, rng: Random) -> str:
    """A Message-ID of Amazon's mail service; another one for every delivery."""
    region = {"US": "us-east-1", "EU": "eu-west-1", "JP": "us-west-2"}[store.region]
    local = f"0{rng.choice('12')}0{rng.getrandbits(44):011x}-{uuid(rng)}-000000"
    return f"<{local}@{region}.amazonses.com>" if region != "us-east-1" else f"<{local}@email.amazonses.com>"


def money(amount: int, store: Store, comma: bool = False) -> str:
    """An amount of minor units as the notices write it, `34.90 EUR` or `34,90 €`."""
    if store.currency == "JPY":
        return f"{amount * 2} JPY"
    text = f"{amount // 100}.{amount % 100:02d}"
    return f"{text.replace('.', ',')}\N{NO-BREAK SPACE}€" if comma else f"{text} {store.currency}"
