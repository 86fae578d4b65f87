"""Parts of the Feedback page: the list and one feedback, public answers, the rating."""
