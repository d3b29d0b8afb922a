"""Workbooks written for clerks."""
