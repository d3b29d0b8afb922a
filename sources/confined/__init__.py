"""Reading in child processes with limits."""
