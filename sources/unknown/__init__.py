"""Files of which nobody said anything: what stands where, and a card drafted from it."""
