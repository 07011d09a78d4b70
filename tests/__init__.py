"""Tests: one folder a feature, mirroring training/; journeys (browser), architecture, soak."""
