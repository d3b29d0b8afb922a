"""Findings grouped by what caused them: one shifted column is one item, whatever number of cells it spoilt."""
