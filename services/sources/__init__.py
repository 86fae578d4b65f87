"""The outside systems that Within24 reads; adding one is its module and one entry here."""

from services.sources import folder, mailbox
from services.sources.amazon import source as amazon
from services.sources.base import Source
from services.sources.sheets import source as sheets

SOURCES: tuple[Source, ...] = (mailbox.SOURCE, folder.SOURCE, amazon.SOURCE, sheets.SOURCE)
