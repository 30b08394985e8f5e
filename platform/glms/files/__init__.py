"""The files of conversations: what users bring, and what tools make."""
