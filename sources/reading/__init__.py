"""Sheets of cells to typed rows, as a ledger card says."""
