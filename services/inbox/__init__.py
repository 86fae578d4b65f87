"""The Inbox: the queue, one conversation with all that stands beside it, and what can be done to a ticket."""
