"""What the blank workbooks say."""
