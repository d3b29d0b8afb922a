"""What people type; only click is imported until a command is called."""
