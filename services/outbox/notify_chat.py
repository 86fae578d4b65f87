"""Sends a notice by chat or text message through Apprise, which is an optional extra: `pip install apprise`.

The address of a channel holds its password; it comes from the environment and is never logged or shown.
"""

from __future__ import annotations

from pydantic import SecretStr

from services.outbox.send import Outcome

MISSING = "Chat and text messages need the package apprise; install it beside Within24: pip install apprise."


def by_chat(address: SecretStr, title: str, body: str) -> Outcome:
    """Hand the words to a channel. Apprise tells only whether it worked, so that anything else counts as refused."""
    try:
        import apprise
    except ImportError:
        return Outcome("needs_person", MISSING)
    channel = apprise.Apprise()
    if not channel.add(address.get_secret_value()):
        return Outcome(
            "needs_person", "The address of this channel is none that Apprise knows; mend [notifications.chat]."
        )
    if channel.notify(title=title, body=body):
        return Outcome("accepted")
    return Outcome("refused", "The channel did not take the message; look at its address and its log.")
