"""Talking to models: messages, one streamed reply, the tool-use loop. Knows nothing of the product."""
