"""Modules: their format, canonical form and checks, and the versions that publishing freezes."""
