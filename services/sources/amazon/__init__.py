"""Reads a seller's orders, reports and account health from Amazon's Selling Partner API."""
