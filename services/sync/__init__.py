"""The background sync: runs streams, stores what they bring, keeps the desk fresh."""
