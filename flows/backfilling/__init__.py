"""Past days: `facts` are looked up, `plan` decides by them, `execution` reads window after window.

`replay` makes the articles of a window again from its stored documents, `results` says what became
of each window, `artifacts` is what the Prefect UI shows of all this; `forgetting` says what becomes
of a day that is let go of.
"""
