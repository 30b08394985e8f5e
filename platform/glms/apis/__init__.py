"""Services that speak HTTP, made into tools: what their documents say, and later how they are called."""
