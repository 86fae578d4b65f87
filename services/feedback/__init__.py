"""Feedback: seller feedback of all marketplaces as work with its window, and the public answers to it."""
