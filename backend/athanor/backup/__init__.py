"""A copy of the ledger in one file, and the way back, by PostgreSQL's own programs."""
