"""Trials of what a machine and a person do to the program."""
