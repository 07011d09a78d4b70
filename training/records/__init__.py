"""The append-only log of what happened, and the states that are folded from it.

Words: Record (what happened, never edited), Decision (a record that a decider made: a grade, a
completion, a certificate), Fold (all records of one thing in, its state out). `services.append` is
the one door in; features register their kinds and folds and never write a state row themselves.
"""
