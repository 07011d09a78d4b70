"""Certificates: the paper a learner receives, and how anybody can check that it is genuine."""
