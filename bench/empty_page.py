"""The smallest page that does something: a button and a number. What any click costs with Streamlit."""

import streamlit as st

st.session_state.setdefault("n", 0)


def _more() -> None:
    st.session_state["n"] += 1


st.button("more", key="more", on_click=_more)
st.text(f"clicked {st.session_state['n']}")
