"""What this process counts, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

REQUESTS = Counter("glms_http_requests_total", "HTTP requests", ["method", "route", "status"])
REQUEST_SECONDS = Histogram("glms_http_request_seconds", "Time to the response's head", ["method", "route"])
RUNS_STARTED = Counter("glms_runs_started_total", "Attempts of runs begun by this process")
RUNS_ENDED = Counter("glms_runs_ended_total", "Runs ended by this process", ["status"])
RUNS_OPEN = Gauge("glms_runs_open", "Runs this process is executing")
FIRST_TOKEN_SECONDS = Histogram("glms_first_token_seconds", "From a turn's start to its first token")
TOKENS = Counter("glms_tokens_total", "Tokens by kind", ["kind"])
JOURNAL_EVENTS = Counter("glms_journal_events_total", "Events written")
JOURNAL_BATCHES = Counter("glms_journal_batches_total", "Batches written")
JOURNAL_SECONDS = Histogram("glms_journal_write_seconds", "Time to write a batch")
READERS = Gauge("glms_stream_readers", "Clients that follow a run")
