"""What the settings file may say about spreadsheets, and the sentence for what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from services import settings
from services.errors import SettingsError

HEAD = '[accounts.acme]\nmarketplaces = ["US"]\n[[accounts.acme.sheets]]\n'


def load(tmp_path: Path, text: str) -> settings.Account:
    file = tmp_path / "within24.toml"
    file.write_text(HEAD + text, encoding="utf-8")
    return settings.load(file).accounts["acme"]


def test_a_spreadsheet_as_in_the_contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "GOOGLE_SERVICE_ACCOUNT", '{"client_email": "a@example.com", "private_key": "x", "token_uri": "y"}'
    )
    (sheet,) = load(tmp_path, 'key = "abc"\nkind = "shipping_info_missing"\ntab = "Sheet1"\n'
                              'credentials = "env:GOOGLE_SERVICE_ACCOUNT"\n').sheets  # fmt: skip
    assert (sheet.key, sheet.kind, sheet.tab, sheet.endpoint) == ("abc", "shipping_info_missing", "Sheet1", None)
    assert sheet.service_account()["client_email"] == "a@example.com"
    assert "private" not in repr(sheet)


def test_the_key_file_lies_beside_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text('{"client_email": "a@example.com", "private_key": "x", "token_uri": "y"}')
    (sheet,) = load(tmp_path, 'key = "abc"\nkind = "late"\ncredentials = "key.json"\n').sheets
    assert sheet.service_account()["private_key"] == "x"
    (sheet,) = load(tmp_path, 'key = "abc"\nkind = "late"\ncredentials = "gone.json"\n').sheets
    with pytest.raises(SettingsError, match="cannot be read"):
        sheet.service_account()


def test_columns_of_ones_own_may_be_written_either_way_round(tmp_path: Path) -> None:
    text = 'key = "k"\nkind = "calls"\nendpoint = "http://127.0.0.1:9100/"\n[accounts.acme.sheets.columns]\n'
    (sheet,) = load(
        tmp_path, text + 'order_id = "Ref"\ndate = "Since"\ncontact_date = "Rung"\n"Done?" = "contacted"\n'
    ).sheets
    assert sheet.columns == {"order_id": "Ref", "dated": "Since", "date": "Rung", "contacted": "Done?"}
    assert sheet.endpoint == "http://127.0.0.1:9100"


def test_the_whole_address_will_do_as_key(tmp_path: Path) -> None:
    text = (
        'key = "https://docs.google.com/spreadsheets/d/a_B-9/edit#gid=0"\nkind = "k"\nendpoint = "http://127.0.0.1:1"\n'
    )
    assert load(tmp_path, text).sheets[0].key == "a_B-9"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('key = "k"\nkind = "late"\n', "give credentials"),
        ('kind = "late"\n', "give the spreadsheet's key"),
        ('key = "k"\nkind = " "\nendpoint = "http://127.0.0.1:1"\n', "name it"),
        ('key = "k/x"\nkind = "late"\nendpoint = "http://127.0.0.1:1"\n', "between /d/ and /edit"),
        ('key = "k"\nkind = "late"\nendpoint = "http://sheets.example.com"\n', "test server on this machine"),
        ('key = "k"\nkind = "late"\nendpoint = "file://127.0.0.1/"\n', "test server on this machine"),
        ('key = "k"\nkind = "late"\ncredentials = "env:NO_SUCH"\n', "NO_SUCH is not set"),
        ('key = "k"\nkind = "late"\nsheet = "x"\n', "Extra inputs"),
        ('kind = "late"\n[accounts.acme.sheets.columns]\ncolour = "x"\n', "no column that Within24 knows"),
        ('key = "k"\nkind = "late"\nendpoint = "http://127.0.0.1:1"\n[[accounts.acme.sheets]]\nkey = "k"\nkind = "b"\n'
         'endpoint = "http://127.0.0.1:1"\n', "stands here twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_has_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load(tmp_path, text)
