"""What agents remember about their users across conversations."""
