"""Drawings of a code drill."""
