"""What people ask for between the nights."""
