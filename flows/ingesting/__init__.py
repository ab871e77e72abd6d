"""The way from a source to a commit, in plain functions that know no Prefect.

`run` is one run over many sources; `readers` says who reads when; `pipeline` reads one source into
batches, compares them with what is known and commits them; `pool` holds the processes in which
`normalize` makes articles of documents.
"""
