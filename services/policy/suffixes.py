"""What can end an address: public suffixes, the words among them, and endings that are files or abbreviations."""

from __future__ import annotations

from functools import cache

import tldextract

from services.policy.normalise import listed

LANGUAGES = ("en", "de", "fr", "it", "es", "ja", "nl", "sv", "pl", "pt")

# Endings that stand for an address even where the writing is doubtful: no language has them as a word of its own.
HARD = frozenset(
    listed(
        "com net org info biz shop store online site website web eu io co tv cc uk us ca mx br jp cn hk tw kr "
        "in ru ch cz dk fi gr hu ie lt lu lv nz pl pt ro se sk ua xyz club pro name mobi asia email cloud tech "
        "app dev click ly gg fm to link page blog vip buzz top de fr it es nl be at au gov edu gl"
    )
)

# Words that may follow a full stop whose space was forgotten, by language, where they are suffixes too.
WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(listed("in is at to me so it be no my us do am as by la id ms mr st one now")),
    "de": frozenset(listed("es in am so im er an ist da um ab zu mit bei nr st mo hm ca tja gut")),
    "fr": frozenset(listed("de la me se ne et ma sa ce du au si il en st mr mm as es ai")),
    "it": frozenset(listed("la il in me se no si su ma al va io mi da li ci ne tu lo so sa de ad ai st")),
    "es": frozenset(listed("de es la me se no si su tu mi al el en un lo sr st ha")),
    "nl": frozenset(listed("de in is me we er te om al no zo nu of je be st nr ga")),
    "sv": frozenset(listed("de se in om sa so er ni vi en nu av du man pa to st nr ar al")),
    "pl": frozenset(listed("to na do za by no co po ma tu mu im go ze si je ta nr st pani")),
    "pt": frozenset(listed("de do da no na se me so com ao as os um eu la tu ja sr st es")),
    "ja": frozenset(),
}
ANY_WORD = frozenset().union(*WORDS.values()) - {"com"}

# File name endings that are suffixes too, and those that are not.
FILE_OR_SUFFIX = frozenset(
    listed("md py zip mov sh rs ps so ai pl app pub cc st mk ml in cab pn la bz ax mobi dev ms tf")
)
ALWAYS_FILE = frozenset(["md", "py", "zip", "mov", "sh", "rs", "ps"])
FILE = frozenset(
    listed(
        "pdf jpg jpeg png gif doc docx xls xlsx ppt pptx odt ods txt csv tsv html htm xml json js ts css exe "
        "dmg apk ipa msi bin hex rar gz tar iso mp3 mp4 avi mkv wav heic webp svg eml msg log ini cfg bat dll "
        "inf stl dxf dwg step ics vcf"
    )
)
FILE_STEMS = listed(
    "readme setup install manual firmware update driver logo label invoice image photo img scan config index "
    "main test backup document anleitung handbuch rechnung etikett notice facture etiquette manuale fattura "
    "etichetta factura etiqueta handleiding factuur bruksanvisning faktura instrukcja fatura artwork template "
    "vorlage script photoshop changelog license anhang foto bild design"
)

# What stands before the full stop of an abbreviation.
ABBREVIATIONS = frozenset(
    listed(
        "art nr no ca inkl exkl bzw tel str st mr mrs ms dr prof hr fr sig sr sra exmo exma ilmo max min ref "
        "vol fig pag pg approx incl excl etc vs evtl ggf best ser mod sz zam ul np tj dott gent egr spett ing "
        "av bd ns num num id asp vb abs ziff pos kd kdnr tlf mob art-nr usw resp dhr mevr dvs bijv evt mvh mfg "
        "vg"
    )
)


# Endings that no registry sells but that people write all the same (RFC 2606, RFC 7686).
RESERVED = ("example", "invalid", "localhost", "onion")


@cache
def _extract() -> tldextract.TLDExtract:
    """The suffix list that comes with the package; nothing is fetched or written."""
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, extra_suffixes=RESERVED)


@cache
def _endings() -> frozenset[str]:
    return frozenset(_extract().tlds) | frozenset(RESERVED)


def is_ending(label: str) -> bool:
    """True if `label` is a top-level domain, or the last part of a public suffix."""
    label = label.lower()
    return label.startswith("xn--") or (label in _endings() and label.isascii())


def has_owner(host: str) -> bool:
    """True if `host` is more than a public suffix: `shop.co.uk` but not `co.uk`."""
    return bool(_extract()(host).top_domain_under_public_suffix)
