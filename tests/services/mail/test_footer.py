"""Ids from footer links, from trusted links only."""

import pytest

from services.mail.footer import read_footer
from tests import mails


@pytest.mark.parametrize("marketplace", ["US", "DE", "JP", "BR", "UK"])
def test_a_resolve_link_gives_message_thread_and_marketplace(marketplace):
    footer = read_footer([mails.resolve_link(marketplace)])
    assert (footer.amazon_message_id, footer.thread_id, footer.marketplace) == (mails.M, mails.T, marketplace)


def test_the_last_resolve_link_counts():
    footer = read_footer([mails.resolve_link(m="A0FAKE"), mails.report_link(), mails.resolve_link(m="A0REAL")])
    assert footer.amazon_message_id == "A0REAL"


def test_the_layout_of_2016_names_the_message_too():
    link = "https://sellercentral.amazon.com/gp/communication-manager/no-response-needed.html?msg=A1OLD2016"
    assert read_footer([link]).amazon_message_id == "A1OLD2016"


@pytest.mark.parametrize(
    "link",
    [
        mails.resolve_link().replace("https://", "http://"),
        mails.resolve_link().replace("amazon.com/", "amazon.com.evil.example/"),
        mails.resolve_link().replace("https://", "https://user@"),
        mails.resolve_link().replace("sellercentral.", "xsellercentral."),
        mails.resolve_link().replace("sellercentral.", "www."),
        mails.resolve_link().replace("no-response-needed", "other"),
        mails.resolve_link(m="<script>"),
        "https://[::1",
        "https://sellercentral.amazon.com:99999/messaging/no-response-needed?m=A0FAKE",
        "javascript:alert(1)",
    ],
)
def test_no_other_link_gives_a_message_id(link):
    assert read_footer([link]).amazon_message_id is None


@pytest.mark.parametrize("marketplace", ["US", "FR", "JP"])
def test_a_report_link_gives_the_case_and_its_page(marketplace):
    footer = read_footer([mails.report_link(marketplace)])
    tld = {"US": "com", "FR": "fr", "JP": "co.jp"}[marketplace]
    assert footer.case_id == mails.CASE
    assert footer.console_url == (
        f"https://sellercentral.amazon.{tld}/messaging/inbox?fi=caseId&ss={mails.CASE}&cc={mails.CASE}"
    )


def test_a_report_link_without_a_case_gives_no_page():
    assert read_footer(["https://www.amazon.com/messaging/123?x=1&ref_=bsm_email_report"]).console_url is None
