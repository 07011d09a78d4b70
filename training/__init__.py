"""Waypost, the application: one package a feature, floors as docs/architecture.md draws them."""
