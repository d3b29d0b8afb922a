"""What is known? The nouns, the register and the store."""
