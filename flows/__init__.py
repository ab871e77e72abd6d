"""What runs and when: the command line, the flows, the sources and the way between them.

The flows stand here, a file each: `ingest`, `backfill`, `dedupe`, `maintain`, `report`. `starting`
begins the command, `cli` takes it and goes into one of these rooms, each of which leans only on
those below it:

    roster        how people add to the list of sources and look at it
    commands      the other verbs, and how all of them show results
    serving       the deployments, and the process that runs them
    backfilling   past days: facts, plan, execution, replay
    ingesting     from a source to a commit, in plain functions
    health        how the warehouse fares, as a page
    settings      what is set, by file and environment
    sources       where documents come from

Beside them stands what several of them use: `tracking` (what all flows share), `upkeep` (copies and
parts), `copying` (how copies are told), `stopping` (Ctrl-C and SIGTERM), `logs`, `toml_file`,
`whole_files`.
"""
