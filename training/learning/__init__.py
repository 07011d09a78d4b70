"""A learner's way: enrolling in a module, its lessons and quizzes, progress, completion.

Words: Enrolment (one taking of a module, pinned to the version begun), Progress, Completion.
"""
