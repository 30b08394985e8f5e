"""The one way out: whatever the product fetches for people and models goes through this room."""
