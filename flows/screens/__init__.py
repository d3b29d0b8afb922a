"""What people see: terminal, brief, files for other programs."""
