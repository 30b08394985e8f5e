"""Agents, their drafts and their immutable published versions."""
