"""Downloads of report documents: whole or not at all, in flat memory, whatever the far end sends."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest

from services.errors import RetryLater
from services.sources.amazon import documents
from services.sources.amazon.documents import AddressExpired, Broken, Document, TooLarge
from tests.amazons import Simulated
from tests.servers import amazon as fake
from tests.servers.amazon import Amazon, Content, Fault, Seller

TEXT = "Date\tRating\r\n11/20/26\t1\r\n"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "reports" / "acme" / "R1.gz"


def fetched(amazon: Amazon, seller: Seller, content: Content, target: Path) -> Document:
    seller.documents["D1"] = content
    packed = content.packed if content.said_packed is None else content.said_packed
    return documents.fetch(amazon.address("D1"), "GZIP" if packed else None, target)


def text_of(document: Document, *marketplaces: str) -> str:
    with documents.open_text(document, marketplaces) as stream:
        return stream.read()


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("said", [None, True, False])
def test_a_document_arrives_as_it_was_packed_or_not(
    amazon: Amazon, seller: Seller, target: Path, packed: bool, said: bool | None
) -> None:
    document = fetched(amazon, seller, Content(TEXT.encode(), packed=packed, said_packed=said), target)
    assert text_of(document) == TEXT
    assert gzip.decompress(target.read_bytes()) == TEXT.encode()
    assert (document.size, document.charset) == (len(TEXT), "utf-8")


@pytest.mark.parametrize(
    ("data", "declared", "marketplace", "words"),
    [
        ("Fecha\tNúmero".encode(), "ISO-8859-1", "MX", "Fecha\tNúmero"),
        ("Fecha\tNúmero".encode("cp1252"), "ISO-8859-1", "MX", "Fecha\tNúmero"),
        ("Fecha\tNúmero".encode(), None, "ES", "Fecha\tNúmero"),
        ("“quoted”\t€".encode("cp1252"), None, "DE", "“quoted”\t€"),
        ("日付\t評価①".encode("cp932"), "Windows-31J", "JP", "日付\t評価①"),
        ("日付\t評価".encode("cp932"), None, "JP", "日付\t評価"),
        (b"\xef\xbb\xbf" + "Datum\tß".encode(), "UTF-8", "DE", "Datum\tß"),
        ("\ufeffDatum\tß".encode("utf-16-le"), None, "DE", "Datum\tß"),
    ],
)  # fmt: skip
def test_the_charset_is_the_one_that_fits(
    amazon: Amazon, seller: Seller, target: Path, data: bytes, declared: str | None, marketplace: str, words: str
) -> None:
    assert text_of(fetched(amazon, seller, Content(data, charset=declared), target), marketplace) == words


def test_an_expired_address_is_no_document(amazon: Amazon, seller: Seller, target: Path) -> None:
    amazon.dead_urls = 1
    with pytest.raises(AddressExpired):
        fetched(amazon, seller, Content(TEXT.encode()), target)
    assert not target.exists()


def test_an_address_lives_for_five_minutes(amazon: Amazon, seller: Seller, target: Path, clock: Simulated) -> None:
    seller.documents["D1"] = Content(TEXT.encode())
    url = amazon.address("D1")
    clock.pass_by(minutes=4.9)
    assert documents.fetch(url, "GZIP", target).size == len(TEXT)
    clock.pass_by(minutes=0.2)
    with pytest.raises(AddressExpired):
        documents.fetch(url, "GZIP", target)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (Content(TEXT.encode() * 500, cut=40), Broken),
        (Content(TEXT.encode() * 500, hangs_up=True), RetryLater),
        (Content(b"\x1f\x8b garbage", packed=False), Broken),
        (Content(gzip.compress(TEXT.encode()) + b"garbage", packed=False), Broken),
        (Content(b"<Error><Code>InternalError</Code></Error>", packed=False, said_packed=True), Broken),
    ],
    ids=["truncated", "hangs up", "no gzip", "garbage behind", "error page"],
)
def test_what_does_not_come_whole_leaves_nothing_behind(
    amazon: Amazon, seller: Seller, target: Path, content: Content, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        fetched(amazon, seller, content, target)
    assert "http" not in str(caught.value)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("trouble", [fake.UNAVAILABLE, fake.DROPPED, fake.SERVER_ERROR, Fault(302, b"")])
def test_a_download_in_trouble_is_temporary(amazon: Amazon, seller: Seller, target: Path, trouble: Fault) -> None:
    amazon.fail("document", trouble)
    with pytest.raises(RetryLater):
        fetched(amazon, seller, Content(TEXT.encode()), target)
    assert not target.exists()


def test_several_packed_pieces_are_one_document(amazon: Amazon, seller: Seller, target: Path) -> None:
    pieces = gzip.compress(b"first\r\n") + gzip.compress(b"second\r\n") + b"\0\0"
    assert text_of(fetched(amazon, seller, Content(pieces, packed=False), target)) == "first\r\nsecond\r\n"


def test_an_empty_document_is_one(amazon: Amazon, seller: Seller, target: Path) -> None:
    for packed in (True, False):
        assert fetched(amazon, seller, Content(b"", packed=packed), target).size == 0
    assert text_of(fetched(amazon, seller, Content(b"", charset=None), target)) == ""


def test_too_much_is_refused_packed_or_unpacked(
    amazon: Amazon, seller: Seller, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = Content(b"\0" * 5_000_000)
    monkeypatch.setattr(documents, "LARGEST", 1_000_000)
    with pytest.raises(TooLarge):
        fetched(amazon, seller, bomb, target)
    monkeypatch.setattr(documents, "LARGEST_PACKED", 1000)
    with pytest.raises(TooLarge):
        fetched(amazon, seller, bomb, target)
    assert list(target.parent.iterdir()) == []


def test_memory_stays_flat_for_a_packed_bomb(amazon: Amazon, seller: Seller, target: Path) -> None:
    seller.documents["D1"] = Content(gzip.compress(b"0123456789\n" * 3_000_000), packed=False)
    url = amazon.address("D1")
    tracemalloc.start()
    try:
        document = documents.fetch(url, "GZIP", target)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert document.size == 33_000_000
    assert peak < 4_000_000


@pytest.mark.parametrize("url", ["http://example.com/a", "file:///etc/passwd", "ftp://127.0.0.1/a", "//x", ""])
def test_only_safe_addresses_are_opened(url: str, target: Path) -> None:
    with pytest.raises(RetryLater, match="not safe"):
        documents.fetch(url, None, target)


def test_a_file_that_was_damaged_on_disk_is_noticed(amazon: Amazon, seller: Seller, target: Path) -> None:
    document = fetched(amazon, seller, Content(TEXT.encode() * 500), target)
    assert documents.is_whole(document)
    whole = target.read_bytes()
    for damaged in (whole[:60], whole[:-9] + b"\0" + whole[-8:], b"", b"plain text", gzip.compress(b"short")):
        target.write_bytes(damaged)
        assert not documents.is_whole(document)
