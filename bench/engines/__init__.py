"""Each engine as its users run it, behind the same few methods; run by `bench.search_worker` in its own process."""
