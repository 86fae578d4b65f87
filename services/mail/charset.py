"""From bytes to readable text: declared charset, then UTF-8, then a guess; encoded words; mojibake repaired."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
import unicodedata

# What mail programs call charsets that Python knows under a wider or another name.
_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-2022-jp": "iso2022_jp_ext",
    "utf8mb4": "utf-8",
    "x-unknown": "",
    "unknown-8bit": "",
    "default": "",
}
# Codecs that are not charsets of mail, or that are slow on purpose-made input.
_REFUSED = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"}
_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bq])\?([^?]*)\?=", re.I)
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,40}\?[bqBQ]\?)")
_JAPANESE = re.compile(rb"\x1b\$[@B]")
_KANA = re.compile("[\u3041-\u309f\u30a1-\u30fe]")
_NOT_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# UTF-8 read as Latin-1: "Ã©", "Â ", "â€™", "ã‚", …
_HIGH = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_MOJIBAKE = re.compile(f"[ÃÂ][{_HIGH}]|â[\x80€][{_HIGH}]|ã[\x80-\x83€‚ƒ]")


def decode(data: bytes, charset: str | None) -> str:
    """Bytes as text by the declared charset if it fits, else UTF-8, else the likeliest; never raises."""
    name = known(charset)
    for attempt in _attempts(data, name):
        try:
            return data.decode(attempt)
        except (UnicodeError, LookupError, ValueError):
            continue
    return _mostly_utf8(data) or _guess(data, name)


def _attempts(data: bytes, name: str | None) -> list[str]:
    # Escape sequences are valid ASCII and UTF-8, so a missing Japanese label has to be noticed first.
    japanese = ["iso2022_jp_ext"] if _JAPANESE.search(data) and name in (None, "ascii", "utf-8", "cp1252") else []
    return [*japanese, *([name] if name else []), "utf-8"]


def known(charset: str | None) -> str | None:
    """Python's name for a charset of mail, or None when it is not one."""
    name = (charset or "").strip(" \"'").lower()
    name = _ALIASES.get(name, name)
    if not name or not name.isascii() or "\0" in name:
        return None
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return None if found.name in _REFUSED or not getattr(found, "_is_text_encoding", True) else found.name


def clean(text: str) -> str:
    """Text that every store takes: `\\n` line ends, no control characters, no lone surrogates, composed accents."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub(lambda found: "\ufffd" if found.group() >= "\ud800" else "", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def header_text(value: str) -> str:
    """A header value as one readable line: encoded words decoded, white space collapsed."""
    return " ".join(repair(clean(decode_words(value)))[0].split())


def decode_words(value: str) -> str:
    """A text with its RFC 2047 words decoded; neighbours are joined first, because they may split a letter."""
    if "=?" not in value:
        return value
    value = _BETWEEN_WORDS.sub(r"\1", value)
    out: list[str] = []
    held, held_charset, at = b"", "", 0
    for word in _WORD.finditer(value):
        gap, charset = value[at : word.start()], word[1].partition("*")[0].lower()
        if held and (gap or charset != held_charset):
            out.append(decode(held, held_charset))
            held = b""
        out.append(gap)
        held, held_charset, at = held + _word_bytes(word[2], word[3]), charset, word.end()
    return "".join(out) + (decode(held, held_charset) if held else "") + value[at:]


def repair(text: str) -> tuple[str, bool]:
    """UTF-8 that was read as Latin-1 put right, line by line, and whether anything was.

    A line changes only if it shows the tell-tale pairs and all of it is valid UTF-8 when read back.
    """
    if text.isascii() or not _MOJIBAKE.search(text):
        return text, False
    lines = [_repair_line(line) for line in text.split("\n")]
    fixed = unicodedata.normalize("NFC", "\n".join(lines))
    return fixed, fixed != text


def _repair_line(line: str) -> str:
    if not _MOJIBAKE.search(line):
        return line
    try:
        return _bytes_of(line).decode("utf-8")
    except UnicodeError:
        return line


def _bytes_of(line: str) -> bytes:
    out = bytearray()
    for letter in line:
        try:
            out += letter.encode("cp1252")
        except UnicodeError:
            out += letter.encode("latin-1")
    return bytes(out)


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(raw, header=True)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return raw


def _mostly_utf8(data: bytes) -> str | None:
    """UTF-8 with a few broken places, such as a cut end; None when it is rather another charset."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    letters = sum(1 for letter in text if letter > "\x7f") - broken
    return text if letters > broken else None


def _guess(data: bytes, name: str | None) -> str:
    if name and name not in ("utf-8", "ascii"):
        text = data.decode(name, "replace")
        if text.count("\ufffd") * 20 < len(text):
            return text
    return _unlabelled_japanese(data) or data.decode("latin-1" if _NOT_WINDOWS.search(data) else "cp1252", "replace")


def _unlabelled_japanese(data: bytes) -> str | None:
    """Japanese text of an old encoding, known by its kana; None when it is not that."""
    for name in ("cp932", "euc_jp"):
        text = data.decode(name, "ignore")
        if len(_KANA.findall(text)) * 4 > len(text):
            return text
    return None
