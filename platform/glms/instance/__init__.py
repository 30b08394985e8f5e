"""One instance on one machine: the supervisor that starts and keeps all its parts, and the `glms` command."""
