"""What findings are called in Chinese; one YAML file per area."""
