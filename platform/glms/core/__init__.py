"""What every room stands on: errors, the base model, HTTP plumbing, secrets."""
