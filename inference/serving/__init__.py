"""The model server that this product can start: which models it knows, how vLLM is installed and launched."""
