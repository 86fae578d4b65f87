"""`doctor` looks at the API access: credentials, marketplaces, a permission for each operation, the clocks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.store import Store
from services import amazon_access, doctor, settings
from services.settings import Settings
from services.sources.amazon import client as clients
from tests import amazons
from tests.servers import amazon as fake
from tests.servers.amazon import Amazon, Seller

US, CA = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"


@pytest.fixture
def amazon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Amazon]:
    monkeypatch.setattr(clients, "FIRST_PAUSE", 0.0)
    with Amazon() as server:
        yield server


@pytest.fixture
def seller(amazon: Amazon) -> Seller:
    made = amazon.seller()
    made.participations = [US, CA]
    return made


def config(amazon: Amazon, seller: Seller, tmp_path: Path) -> Settings:
    account = {"marketplaces": ["US", "CA"], "sp_api": amazons.access(amazon, seller)}
    return Settings.model_validate({"accounts": {"acme": account}, "state_dir": tmp_path / "state"})


def look(store: Store, amazon: Amazon, seller: Seller, tmp_path: Path) -> dict[str, tuple[bool, str]]:
    found = amazon_access.look(store, config(amazon, seller, tmp_path))
    return {each.name.rpartition(", ")[2]: (each.ok, f"{each.message} {each.what_to_do}") for each in found}


def test_good_access_is_said_operation_by_operation(
    store: Store, amazon: Amazon, seller: Seller, tmp_path: Path
) -> None:
    found = look(store, amazon, seller, tmp_path)
    assert {ok for ok, _ in found.values()} == {True}
    assert found["Amazon's API for acme"][1] == "signed in, and sells in US, CA "
    names = ["Amazon's API for acme", "reports", "orders", "finances", "review requests", "review topics"]
    assert list(found) == [*names, "Amazon's clock for acme"]
    assert amazon.count("createReport") == 0


@pytest.mark.parametrize(
    ("operation", "what", "ok", "role"),
    [
        ("getReports", "reports", False, "Amazon Fulfillment"),
        ("searchOrders", "orders", False, "Inventory and Order Tracking"),
        ("listFinancialEvents", "finances", False, "Finance and Accounting"),
        ("getSolicitationActionsForOrder", "review requests", True, "Buyer Solicitation"),
    ],
)
def test_a_missing_role_is_named_and_the_others_are_looked_at_all_the_same(
    store: Store, amazon: Amazon, seller: Seller, tmp_path: Path, operation: str, what: str, ok: bool, role: str
) -> None:
    seller.forbidden = {operation}
    found = look(store, amazon, seller, tmp_path)
    assert found[what][0] is ok
    assert f"does not let acme call {operation}" in found[what][1]
    assert role in found[what][1]
    assert [name for name, (good, words) in found.items() if not good or "warning" in words] == [what]


def test_withdrawn_permission_and_wrong_credentials_are_two_sentences(
    store: Store, amazon: Amazon, seller: Seller, tmp_path: Path
) -> None:
    amazon.revoke(seller)
    ((ok, words),) = look(store, amazon, seller, tmp_path).values()
    assert not ok
    assert "refresh token of acme" in words
    assert seller.refresh_token not in words


def test_a_marketplace_without_the_seller_is_named(
    store: Store, amazon: Amazon, seller: Seller, tmp_path: Path
) -> None:
    seller.participations = [US]
    ok, words = look(store, amazon, seller, tmp_path)["Amazon's API for acme"]
    assert not ok
    assert "no part in CA" in words


def test_looking_again_and_again_stays_within_the_budgets(
    store: Store, amazon: Amazon, seller: Seller, tmp_path: Path
) -> None:
    for _ in range(25):
        found = look(store, amazon, seller, tmp_path)
    assert amazon.refused() == []
    assert {ok for ok, _ in found.values()} == {True}
    assert "warning: not looked at now" in found["orders"][1]


def test_amazon_out_of_reach_is_no_fault_of_the_settings(
    store: Store, amazon: Amazon, seller: Seller, tmp_path: Path
) -> None:
    amazon.fail("token", *[fake.UNAVAILABLE] * 20)
    ((ok, words),) = look(store, amazon, seller, tmp_path).values()
    assert not ok
    assert "by itself" in words


def test_doctor_prints_it(amazon: Amazon, seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop" / "reports").mkdir(parents=True)
    file = tmp_path / "within24.toml"
    file.write_text(
        '[accounts.acme]\nmarketplaces = ["US"]\n[accounts.acme.folder]\npath = "shop"\n[accounts.acme.sp_api]\n'
        f'client_id = "app-id"\nclient_secret = "app-secret"\nrefresh_token = "{seller.refresh_token}"\n'
        f'endpoint = "{amazon.base}"\ntoken_endpoint = "{amazon.base}"\n'
    )
    monkeypatch.setenv("WITHIN24_CONFIG", str(file))
    checks = {check.name: check for check in doctor.examine()}
    assert settings.load().accounts["acme"].sp_api is not None
    assert checks["Amazon's API for acme"].ok
    assert "reports/ is there" in checks["folder of acme"].message
    assert "there is no mail/" in checks["folder of acme"].message
