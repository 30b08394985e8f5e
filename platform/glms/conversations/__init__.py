"""Conversations of one person with one agent: a tree of messages, its titles, search and branches."""
