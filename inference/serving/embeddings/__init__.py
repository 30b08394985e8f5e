"""Our own small server of the packaged encoder, speaking OpenAI's `/v1/embeddings`."""
