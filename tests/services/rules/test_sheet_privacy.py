"""Columns of a sheet that look personal stay out of exports."""

from __future__ import annotations

import pytest

from services.rules.sheet_privacy import looks_personal, without_people


@pytest.mark.parametrize(
    "heading",
    ["Name", "Customer Name", "customer_name", "Buyer", "E-Mail", "Email address", "Phone", "Tel.", "Address", "Street",
     "ZIP", "Postcode", "City", "Ship to", "Recipient", "Käufer", "Kundenname", "Straße", "PLZ", "Nom", "Adresse de "
     "livraison", "Nombre", "Dirección", "Nome cliente", "Indirizzo", "お客様名", "住所", "電話番号", "First name"],
)  # fmt: skip
def test_a_heading_about_a_person_is_known_as_one(heading: str) -> None:
    assert looks_personal(heading)


@pytest.mark.parametrize(
    "heading",
    ["Order ID", "Date", "Contacted", "Contact date", "Agent", "Notes", "Item", "Item name", "Product name", "SKU",
     "Quantity", "Tracking", "Carrier", "Status", "Reason", "Stock", "Restock date", "Customer contacted", "Buyer "
     "informed", "E-mail sent", "Marketplace", "Priority", "Support"],
)  # fmt: skip
def test_a_heading_about_an_order_is_not(heading: str) -> None:
    assert not looks_personal(heading)


def test_personal_columns_and_mail_addresses_go_and_ours_stay() -> None:
    cells = {"Order ID": "1", "Name": "Ana Example", "Client contact": "yes", "Notes": "wrote to ana@example.com today"}
    kept = without_people(cells, own={"Client contact"})
    assert kept == {"Order ID": "1", "Client contact": "yes", "Notes": "wrote to - today"}
