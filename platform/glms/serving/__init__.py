"""The models an instance can talk to: its own, the environment's, and endpoints that its owner entered."""
