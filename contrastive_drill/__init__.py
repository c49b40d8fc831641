"""A terminal drill and a small laboratory for interviews on contrastive and multimodal learning."""

__version__ = "0.1.0"
