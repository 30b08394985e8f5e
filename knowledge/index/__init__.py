"""Where passages are found again: by their vectors, in one of several stores behind one Protocol."""
