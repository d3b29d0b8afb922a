"""What the 退回单 say, and what is said of them on the screen."""
