"""Bytes to sheets of cells, one module a format."""
