"""Parts of the Response time page."""
