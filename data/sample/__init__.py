"""The sample seller: invented mail, and the generator that a developer runs to write it."""
