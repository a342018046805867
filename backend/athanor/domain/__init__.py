"""What Athanor is about, a folder per noun; each has models, schemas, repository, service, routes."""
