"""The journal of runs: written in joined batches to PostgreSQL, announced on the wire, read back by number."""
