"""What runs and when: the command line, the flow, the sources and the way between them.

A run goes down this list: `cli` takes the command; `ingest` is the Prefect flow, `run` the same
untracked; `pipeline` reads one source into batches; `pool` holds the processes in which `normalize`
makes articles of documents. `sources/` says where documents come from, `roster/` how people add to
the list of them and look at it.
"""
