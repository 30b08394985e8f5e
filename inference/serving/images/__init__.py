"""A small server for models that draw, for CogView3-Plus and CogView4."""
