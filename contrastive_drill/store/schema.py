"""The tables of the database, as the migrations make them."""

# The tables that are only appended to, each with the words for it.
APPENDED = {
    "log": "the log is",
    "demo_runs": "the runs are",
    "demo_guesses": "the predictions are",
    "sittings": "the sittings are",
    "sitting_events": "the sittings are",
    "fits": "the fits are",
}


def guards(table: str) -> tuple[str, ...]:
    """Triggers that make a table append-only."""
    return tuple(
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}"
        f" BEGIN SELECT raise(ABORT, '{APPENDED[table]} append-only'); END"
        for verb in ("UPDATE", "DELETE")
    )


APPLIED = "CREATE TABLE migrations (name TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT"

# A program that does not know a kind, a mode or a verb must not read the file: a new one is a
# new version, so the checks may list them all.
LOG = """
CREATE TABLE log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of events; the clock may jump
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('review', 'change', 'undo')),
    card_id TEXT NOT NULL,
    at TEXT NOT NULL,  -- UTC, to the millisecond, always of one length: it sorts as text
    day INTEGER NOT NULL,
    -- a review
    rating INTEGER CHECK (rating BETWEEN 1 AND 4),
    mode TEXT CHECK (mode IN ('review', 'cram')),
    seconds REAL,
    covered TEXT,  -- JSON
    missed TEXT,  -- JSON
    answer TEXT,
    digest TEXT,
    retention REAL,
    before_stability REAL,  -- six NULLs: the card was new
    before_difficulty REAL,
    before_last_day INTEGER,
    before_due_day INTEGER,
    before_reps INTEGER,
    before_lapses INTEGER,
    after_stability REAL,
    after_difficulty REAL,
    after_last_day INTEGER,
    after_due_day INTEGER,
    after_reps INTEGER,
    after_lapses INTEGER,
    -- a change
    verb TEXT CHECK (verb IN ('suspend', 'resume', 'bury', 'flag', 'unflag')),
    note TEXT,
    -- an undo
    undoes TEXT REFERENCES log (id),
    CHECK ((kind = 'review') = (rating IS NOT NULL)),
    CHECK ((kind = 'review') = (mode IS NOT NULL)),
    CHECK ((kind = 'review') = (seconds IS NOT NULL)),
    CHECK ((kind = 'review') = (covered IS NOT NULL)),
    CHECK ((kind = 'review') = (missed IS NOT NULL)),
    CHECK ((kind = 'review') = (digest IS NOT NULL)),
    CHECK ((kind = 'review') = (retention IS NOT NULL)),
    CHECK (kind = 'review' OR answer IS NULL),
    CHECK (kind = 'review' OR before_stability IS NULL),
    CHECK (kind = 'review' OR after_stability IS NULL),
    CHECK (mode = 'cram' OR after_stability IS NOT NULL OR kind <> 'review'),
    CHECK ((before_stability IS NULL) = (before_difficulty IS NULL)),
    CHECK ((before_stability IS NULL) = (before_last_day IS NULL)),
    CHECK ((before_stability IS NULL) = (before_due_day IS NULL)),
    CHECK ((before_stability IS NULL) = (before_reps IS NULL)),
    CHECK ((before_stability IS NULL) = (before_lapses IS NULL)),
    CHECK ((after_stability IS NULL) = (after_difficulty IS NULL)),
    CHECK ((after_stability IS NULL) = (after_last_day IS NULL)),
    CHECK ((after_stability IS NULL) = (after_due_day IS NULL)),
    CHECK ((after_stability IS NULL) = (after_reps IS NULL)),
    CHECK ((after_stability IS NULL) = (after_lapses IS NULL)),
    CHECK ((kind = 'change') = (verb IS NOT NULL)),
    CHECK (kind = 'change' OR note IS NULL),
    CHECK ((kind = 'undo') = (undoes IS NOT NULL))
) STRICT
"""

# What m003 adds to the log. An exam's first answer to a card never met may leave it new.
LOG_WITH_SITTINGS = (
    LOG.replace("CREATE TABLE log (", "CREATE TABLE log_new (")
    .replace("REFERENCES log (id)", "REFERENCES log_new (id)")
    .replace("('review', 'cram')", "('review', 'cram', 'exam', 'interview')")
    .replace(
        "CHECK (mode = 'cram' OR",
        "CHECK (mode IN ('cram', 'interview')"
        " OR (mode = 'exam' AND rating = 1 AND before_stability IS NULL) OR",
    )
    .replace(
        "    -- a change\n",
        "    sitting TEXT,  -- the exam or the interview it was given in\n    -- a change\n",
    )
    .replace(
        "    CHECK ((kind = 'change') =",
        "    CHECK ((sitting IS NOT NULL) = (kind = 'review' AND mode IN ('exam', 'interview'))),\n"
        "    CHECK ((kind = 'change') =",
    )
)

# What m008 changes in it: answers given elsewhere are brought in, and a merge may bring an undo
# before what it undoes, or an answer before its parameters.
LOG_WITH_ORIGINS = LOG_WITH_SITTINGS.replace(
    "'exam', 'interview')),", "'exam', 'interview', 'anki', 'page')),"
).replace(
    "    undoes TEXT REFERENCES log_new (id),\n",
    "    undoes TEXT,\n"
    "    fit TEXT CHECK (fit IS NULL OR kind = 'review'),  -- in fits\n"
    "    checksum INTEGER,\n",
)

# The row of `log` may be the one in which a card was met, as the daily limit counts them.
MEETS = "mode IN ('review', 'anki', 'page')"

LOG_INDEXES = (
    "CREATE UNIQUE INDEX log_undoes ON log (undoes) WHERE undoes IS NOT NULL",
    "CREATE INDEX log_card ON log (card_id)",
    "CREATE INDEX log_day ON log (day) WHERE kind = 'review'",
    "CREATE INDEX log_first ON log (day)"
    " WHERE kind = 'review' AND mode = 'review' AND before_stability IS NULL",
    "CREATE INDEX log_at ON log (at) WHERE kind <> 'undo'",
)

LOG_INDEXES_WITH_ORIGINS = (
    *(index.replace("mode = 'review'", MEETS) for index in LOG_INDEXES),
    "CREATE INDEX log_sitting ON log (sitting) WHERE sitting IS NOT NULL",
)

LOG_GUARDS = guards("log")

MEMORIES = """
CREATE TABLE memories (
    card_id TEXT PRIMARY KEY,
    stability REAL NOT NULL,
    difficulty REAL NOT NULL,
    last_day INTEGER NOT NULL,
    due_day INTEGER NOT NULL,
    reps INTEGER NOT NULL,
    lapses INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""

DUE = "CREATE INDEX memories_due ON memories (due_day)"

MARKS = """
CREATE TABLE marks (
    card_id TEXT PRIMARY KEY,
    suspended INTEGER NOT NULL CHECK (suspended IN (0, 1)),
    buried_day INTEGER,
    flag TEXT
) STRICT, WITHOUT ROWID
"""

DEMO_RUNS = """
CREATE TABLE demo_runs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of runs; the clock may jump
    id TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,  -- UTC, as in the log
    name TEXT NOT NULL,
    seed INTEGER NOT NULL,
    device TEXT NOT NULL,
    quick INTEGER NOT NULL CHECK (quick IN (0, 1)),
    seconds REAL NOT NULL,
    claims TEXT NOT NULL,  -- JSON; NaN and Infinity as Python writes them
    settings TEXT NOT NULL,  -- JSON
    changed TEXT NOT NULL,  -- JSON: the settings set by hand
    version TEXT NOT NULL  -- of the program
) STRICT
"""

DEMO_GUESSES = """
CREATE TABLE demo_guesses (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL UNIQUE,  -- in demo_runs
    guess INTEGER NOT NULL,  -- the option that the learner had chosen before the run
    outcome INTEGER NOT NULL,  -- the one that came true
    checksum INTEGER
) STRICT
"""

DEMO_RUNS_INDEX = "CREATE INDEX demo_runs_name ON demo_runs (name, seq)"

SITTINGS = """
CREATE TABLE sittings (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of sittings; the clock may jump
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('exam', 'interview')),
    at TEXT NOT NULL,  -- UTC, as in the log
    day INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    cards TEXT NOT NULL,  -- JSON: the questions in their order, where they were chosen beforehand
    terms TEXT NOT NULL  -- JSON: what the learner asked for
) STRICT
"""

SITTING_EVENTS = """
CREATE TABLE sitting_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    sitting TEXT NOT NULL REFERENCES sittings (id),
    at TEXT NOT NULL,
    event TEXT NOT NULL,  -- what happened, beside the answers: it was ended, a bait was taken
    facts TEXT NOT NULL  -- JSON
) STRICT
"""

FITS = """
CREATE TABLE fits (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,  -- UTC, as in the log
    parameters TEXT,  -- JSON: FSRS's 21; NULL: back to its own
    evidence TEXT,  -- JSON: what they were fitted to, and their log losses
    undoes TEXT UNIQUE REFERENCES fits (id),
    CHECK ((parameters IS NULL) = (evidence IS NULL)),
    CHECK (undoes IS NULL OR parameters IS NULL)
) STRICT
"""

RENAMES = """
CREATE TABLE renames (
    former TEXT PRIMARY KEY,
    card_id TEXT NOT NULL  -- as in the tables folded from the log
) STRICT, WITHOUT ROWID
"""
