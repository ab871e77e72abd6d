"""Past days: `facts` are looked up, `plan` decides by them, `execution` reads window after window.

`replay` makes the articles of a window again from its stored documents; `artifacts` is what the
Prefect UI shows of all this.
"""
