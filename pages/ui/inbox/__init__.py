"""The parts of the Inbox: they draw what its service gives them, and hand back what was asked for."""
