"""Load and retrieval benchmarks, run by hand."""
