"""GET /metrics for Prometheus: this server's own counts, and, asked at scrape time, what the ledger and workers say."""
