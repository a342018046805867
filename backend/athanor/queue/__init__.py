"""The doorbell: arq carries "look at run X" to a worker, and nothing that must not be lost."""
