"""Persons and places: the tree of units, postings, grants, service numbers, and signing in.

Words: Person, Unit (region, State or territory, agency, post), Posting, Grant, Service number,
Credential, Session. Everything above may ask who somebody is and which units a grant reaches.
"""
