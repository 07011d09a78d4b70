"""What is measured of Waypost, beside a bare Flask application on the same server and database.

`python -m benchmarks` takes all figures; `README.md` says what each of them means.
"""
