"""From an operation and a model's arguments to the request that is sent: no network, no Django."""
