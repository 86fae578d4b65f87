"""The policy check of replies: what a text says, hidden or plain. No network, no database, no clock."""
