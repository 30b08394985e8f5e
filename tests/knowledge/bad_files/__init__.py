"""Files that harm readers which trust them. Each case says how to make it and how it must end."""
