"""How a warehouse fares: `figures` asks its views, and each of the others shows them in one form.

`page` with its `charts` is the HTML that `file` writes, `summary` the Markdown beside a run; both
speak with `words`. `stale` finds the sources that have given nothing for too long.
"""
