"""What can be done with knowledge bases: one file for each kind of thing."""
