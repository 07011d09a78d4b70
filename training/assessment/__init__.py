"""Quizzes taken: what is drawn, the responses, the grade, and when feedback is due.

Words: Attempt (one taking of a quiz, always on the version on which it began), Response, Quiz.
Keys, weights and feedback leave the server here, and only when `rules` say that they are due.
"""
