"""The Response time page: figures against the 24-hour target as of any time, and the messages behind each of them."""
