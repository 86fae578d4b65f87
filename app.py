"""Page config and the table of pages. `streamlit run app.py`; `make run` does it together with the sync."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame import refuse_open_door

st.set_page_config(page_title="Within24", page_icon="pages/ui/icon.png", layout="wide")
refuse_open_door()

PAGES = {
    # Work stands open in the navigation, one click away; the sections with names are menus.
    "": [
        st.Page("pages/work/today.py", title="Today", icon=":material/today:", default=True),
        st.Page("pages/work/inbox.py", title="Inbox", icon=":material/inbox:"),
        st.Page("pages/work/feedback.py", title="Feedback", icon=":material/reviews:"),
        st.Page("pages/work/claims.py", title="Claims", icon=":material/gavel:"),
        st.Page("pages/work/returns.py", title="Returns", icon=":material/assignment_return:"),
        st.Page("pages/work/followups.py", title="Follow-ups", icon=":material/table_view:"),
    ],
    "Review": [
        st.Page("pages/review/health.py", title="Account health", icon=":material/monitor_heart:"),
        st.Page("pages/review/response_time.py", title="Response time", icon=":material/timer:"),
        st.Page("pages/review/meeting.py", title="Meeting", icon=":material/groups:"),
        st.Page("pages/review/checklist.py", title="Checklist", icon=":material/checklist:"),
    ],
    "Admin": [
        st.Page("pages/admin/templates.py", title="Templates", icon=":material/article:"),
        st.Page("pages/admin/sync.py", title="Sync", icon=":material/sync:"),
        st.Page("pages/admin/data_problems.py", title="Data problems", icon=":material/report:"),
        st.Page("pages/admin/triage_rules.py", title="Rules", icon=":material/rule:"),
        st.Page("pages/admin/settings.py", title="Settings", icon=":material/settings:"),
    ],
}

st.navigation(PAGES, position="top").run()
