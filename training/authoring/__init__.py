"""The trainer's way, the studio: upload a module's folder, read the checker's report, preview,
publish, and see how those who learn get on.

Words: Draft (a checked upload that is not yet published), Report (what the checker found), Preview
(a draft or version as learners see it, without leaving records). Only for holders of TRAINER.
"""
