"""A night's steps, from the inbox to the published warehouse."""
