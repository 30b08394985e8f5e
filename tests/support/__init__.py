"""Shared by tests of several rooms."""
