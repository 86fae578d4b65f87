"""The grammar of Amazon's identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.identity import asin, is_amazon, looks_like_amazon, mask_address, order_id, relay
from services.rules.marketplaces import MARKETPLACES


@pytest.mark.parametrize("place", MARKETPLACES.values(), ids=MARKETPLACES)
def test_a_relay_address_of_every_marketplace_is_taken_apart(place):
    found = relay(f"K3X9Q7M2W8R5TZ+5f0c1d2e-1111-4222-8333-444455556666@Marketplace.{place.domain}")
    assert found is not None
    assert found.key == f"k3x9q7m2w8r5tz@marketplace.{place.domain}"
    assert found.case == "5f0c1d2e-1111-4222-8333-444455556666"
    assert found.address == f"k3x9q7m2w8r5tz+{found.case}@marketplace.{place.domain}"
    assert found.marketplace == place


@pytest.mark.parametrize(
    "address",
    [
        "k3x9q7m2w8r5tz@marketplace.amazon.com.evil.example",
        "k3x9q7m2w8r5tz@evilmarketplace.amazon.com",
        "k3x9q7m2w8r5tz@marketplace.amazon.example",
        "k3x9q7m2w8r5tz@marketplace.amazon.cn",
        "k3x9q7m2w8r5tz@xmarketplace-amazon.com",
        "k3x9q7m2w8r5tz@amazon.com",
        "donotreply@marketplace.amazon.de",
        "no-reply@marketplace.amazon.de",
        "no_reply+x@marketplace.amazon.de",
        "two@ats@marketplace.amazon.de",
        "@marketplace.amazon.de",
        "",
        None,
    ],
)
def test_anything_else_is_no_relay_address(address):
    assert relay(address) is None


def test_a_relay_address_without_a_case_is_its_own_key():
    found = relay("k3x9q7m2w8r5tz@marketplace.amazon.co.jp")
    assert found is not None
    assert found.key == found.address
    assert found.case is None


@pytest.mark.parametrize(
    ("address", "amazon", "looks"),
    [
        ("donotreply@amazon.com", True, False),
        ("a@b.amazon.co.uk", True, False),
        ("a@amazon.com.evil.example", False, True),
        ("a@amazon-support.example", False, True),
        ("a@amаzon.com", False, False),
        ("a@shop.example", False, False),
    ],
)
def test_amazon_is_known_by_whole_labels(address, amazon, looks):
    assert (is_amazon(address), looks_like_amazon(address)) == (amazon, looks)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("order 114-5550001-5550002.", "114-5550001-5550002"),
        ("注文１１４－５５５０００１－５５５０００２について", "114-5550001-5550002"),
        ("١١٤-٥٥٥٠٠٠١-٥٥٥٠٠٠٢", "114-5550001-5550002"),
        ("114‑5550001‑5550002", "114-5550001-5550002"),
        ("9114-5550001-5550002", None),
        ("114-5550001-55500023", None),
        ("114-555-0001", None),
        ("", None),
    ],
)
def test_an_order_id_is_found_however_it_was_typed(text, found):
    assert order_id(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 / Lamp [ASIN: B0EXAMPLE1]", "B0EXAMPLE1"),
        ("https://www.amazon.de/Lamp/dp/B0EXAMPLE2?th=1", "B0EXAMPLE2"),
        ("https://www.amazon.com/gp/product/059600281X", "059600281X"),
        ("https://www.amazon.com/dp/SHORT", None),
    ],
)
def test_an_asin_is_found_in_the_block_or_a_link(text, found):
    assert asin(text) == found


def test_addresses_are_masked_wherever_they_stand():
    assert mask_address("to k3x9q7m2w8r5tz+ab@marketplace.amazon.de, ab@c.example") == (
        "to k3x9****@marketplace.amazon.de, a****@c.example"
    )


@given(st.from_regex(r"[a-z0-9]{4,30}(\+[a-f0-9-]{6,36})?", fullmatch=True), st.text(max_size=40))
def test_a_masked_text_never_holds_the_local_part(local, around):
    masked = mask_address(f"{around} {local}@marketplace.amazon.de {around}")
    assert f"{local}@" not in masked


@given(st.text(max_size=200))
def test_no_text_makes_the_grammar_raise(text):
    relay(text)
    order_id(text)
    asin(text)
    mask_address(text)
