"""The one boundary for foreign code: `sandboxd`, which runs it apart from the machine, and the client that asks it."""
