"""The desk: what coordinators and supervisors see of their people's training.

Words: Part (what somebody oversees of the tree of units), Scope (what of it a page looks at), Line
(a person and an enrolment, or a person who has begun nothing). Everything is counted from state
rows and from who is posted where today; responses are never read here.
"""
