"""Built-in tools, one folder each, plain Python."""
