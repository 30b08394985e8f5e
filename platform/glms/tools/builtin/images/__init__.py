"""Pictures from text: drawn by an image model, kept with the conversation, shown to the user."""

from glms.tools.builtin.images.kit import ImageKit

__all__ = ["ImageKit"]
