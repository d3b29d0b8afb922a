"""Whence? Cards, connectors and the reader: bytes in, typed rows with cells and findings out."""
