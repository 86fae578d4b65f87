"""The store: models, queries and migrations. A real package, so that Streamlit does not watch the folder."""
