"""The roster: which sources there are, and how people add, import, export, try and see them.

`commands` is `wirelake sources`, a verb each. `adding` makes a source of an address, with what
`discovery` finds there; `exchange` takes and gives lists of feeds as `opml`; both write by
`sources_file`, which touches nothing a person wrote. `preview` reads a source and stores nothing;
`due` says when each is asked next.
"""
