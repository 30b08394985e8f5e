"""GLMs: build your own agents and use them from a web page, a REST API and a phone."""

__version__ = "0.1.0"
