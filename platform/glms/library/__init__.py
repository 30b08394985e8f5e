"""Knowledge bases: documents, how they are read, cut and indexed, and how passages are found and cited."""
