"""Amazon's marketplaces: codes, ids, domains, languages, zones (developer-docs, "Marketplace IDs")."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Marketplace:
    """One store: our code (UK, not GB), Amazon's id, retail domain suffix, region, languages, zone, currency."""

    code: str
    id: str
    tld: str
    region: str
    languages: tuple[str, ...]
    zone: str
    currency: str

    @property
    def domain(self) -> str:
        """The retail domain, e.g. `amazon.co.uk`."""
        return f"amazon.{self.tld}"

    @property
    def seller_central(self) -> str:
        """The host of its Seller Central, e.g. `sellercentral.amazon.co.uk`."""
        return f"sellercentral.amazon.{self.tld}"


_ROWS = (
    ("US", "ATVPDKIKX0DER", "com", "NA", "en es", "America/Los_Angeles", "USD"),
    ("CA", "A2EUQ1WTGCTBG2", "ca", "NA", "en fr", "America/Toronto", "CAD"),
    ("MX", "A1AM78C64UM0Y8", "com.mx", "NA", "es", "America/Mexico_City", "MXN"),
    ("BR", "A2Q3Y263D00KWC", "com.br", "NA", "pt", "America/Sao_Paulo", "BRL"),
    ("UK", "A1F83G8C2ARO7P", "co.uk", "EU", "en", "Europe/London", "GBP"),
    ("DE", "A1PA6795UKMFR9", "de", "EU", "de", "Europe/Berlin", "EUR"),
    ("FR", "A13V1IB3VIYZZH", "fr", "EU", "fr", "Europe/Paris", "EUR"),
    ("IT", "APJ6JRA9NG5V4", "it", "EU", "it", "Europe/Rome", "EUR"),
    ("ES", "A1RKKUPIHCS9HS", "es", "EU", "es", "Europe/Madrid", "EUR"),
    ("NL", "A1805IZSGTT6HS", "nl", "EU", "nl", "Europe/Amsterdam", "EUR"),
    ("SE", "A2NODRKZP88ZB9", "se", "EU", "sv", "Europe/Stockholm", "SEK"),
    ("PL", "A1C3SOZRARQ6R3", "pl", "EU", "pl", "Europe/Warsaw", "PLN"),
    ("BE", "AMEN7PMS3EDWL", "com.be", "EU", "nl fr", "Europe/Brussels", "EUR"),
    ("IE", "A28R8C7NBKEWEA", "ie", "EU", "en", "Europe/Dublin", "EUR"),
    ("TR", "A33AVAJ2PDY3EV", "com.tr", "EU", "tr", "Europe/Istanbul", "TRY"),
    ("AE", "A2VIGQ35RCS4UG", "ae", "EU", "en ar", "Asia/Dubai", "AED"),
    ("SA", "A17E79C6D8DWNP", "sa", "EU", "ar en", "Asia/Riyadh", "SAR"),
    ("EG", "ARBP9OOSHTCHU", "eg", "EU", "ar en", "Africa/Cairo", "EGP"),
    ("ZA", "AE08WJ6YKNBMC", "co.za", "EU", "en", "Africa/Johannesburg", "ZAR"),
    ("IN", "A21TJRUUN4KGV", "in", "EU", "en hi", "Asia/Kolkata", "INR"),
    ("JP", "A1VC38T7YXB528", "co.jp", "FE", "ja", "Asia/Tokyo", "JPY"),
    ("AU", "A39IBJ37TRP1C6", "com.au", "FE", "en", "Australia/Sydney", "AUD"),
    ("SG", "A19VAU5U5O7RUS", "sg", "FE", "en", "Asia/Singapore", "SGD"),
)

MARKETPLACES: dict[str, Marketplace] = {
    row[0]: Marketplace(*row[:4], languages=tuple(row[4].split()), zone=row[5], currency=row[6]) for row in _ROWS
}
BY_ID = {place.id: place for place in MARKETPLACES.values()}
BY_TLD = {place.tld: place for place in MARKETPLACES.values()}


def by_id(marketplace_id: str | None) -> Marketplace | None:
    """The marketplace with Amazon's id, or None."""
    return BY_ID.get(marketplace_id or "")


def by_domain(host: str | None) -> Marketplace | None:
    """The marketplace of a host at or below `amazon.<tld>`, matched by whole labels, or None."""
    labels = (host or "").lower().rstrip(".").split(".")
    if "amazon" not in labels:
        return None
    # The last "amazon" label counts, so that amazon.com.evil.example has the suffix com.evil.example and fails.
    at = len(labels) - 1 - labels[::-1].index("amazon")
    return BY_TLD.get(".".join(labels[at + 1 :]))
