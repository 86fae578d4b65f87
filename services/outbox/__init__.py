"""What leaves: replies to buyers, each once, with what became of it."""
