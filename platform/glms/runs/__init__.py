"""A run: one answer of an agent, started, executed, journaled, followed, cancelled."""
