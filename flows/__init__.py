"""The edges: when, and for whom? Only this room knows the clock, the environment, Prefect and HTTP."""
