"""The demos: one page each, loaded by name through the registry. This file imports nothing."""
