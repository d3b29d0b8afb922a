"""A rendered document as text, as HTML, and as its trace."""
