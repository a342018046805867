"""What experiments import: the decorator, the Run, config types and their schemas, capture of output."""
