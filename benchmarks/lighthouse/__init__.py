"""What Lighthouse, with its defaults for a phone, says of the learner's pages.

`make lighthouse` installs it, as `package-lock.json` pins it, and Node to run it with.
"""
