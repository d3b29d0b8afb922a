"""What is said? Every Chinese sentence of the project, and the figures that stand in them."""
