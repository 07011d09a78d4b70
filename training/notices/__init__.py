"""Mail to people: letters in their language, handed over to the operator's mail server once what
they tell of is committed. Without a server nothing is sent: what a letter would hold is shown.

Nothing is kept to be sent later. A letter that is lost on its way, or with the process that was
about to send it, was never said to be sent: the audit log says so only afterwards, and whoever
waits for one asks again."""
