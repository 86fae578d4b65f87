"""Streamlit parts that pages share; never a page."""
