-- txe3jhifwg576nd3odudvyboem
CREATE TABLE signed_in (one INTEGER PRIMARY KEY CHECK (one = 1), held TEXT NOT NULL, generation INTEGER NOT NULL, opened_ms INTEGER NOT NULL, renewing_until_ms INTEGER NOT NULL DEFAULT 0);
CREATE TABLE short (kind TEXT PRIMARY KEY, sealed TEXT NOT NULL, state TEXT, until_ms INTEGER NOT NULL);
CREATE TABLE answers (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, begun_ms INTEGER NOT NULL, status INTEGER, body TEXT, fabric TEXT, operation TEXT, attempt TEXT, silent_ms INTEGER);
CREATE INDEX answers_by_age ON answers (begun_ms);
CREATE TABLE repositories (one INTEGER PRIMARY KEY CHECK (one = 1), listed_ms INTEGER NOT NULL, list TEXT NOT NULL);
CREATE TABLE schema (one INTEGER PRIMARY KEY CHECK (one = 1), steps INTEGER NOT NULL);
INSERT INTO signed_in VALUES (1, '{"sealed":"hAcluTMI0FMaC3+pvGUMGuEw9NfY+tVU9k61ftj/BMhTpZtvT9S3wQXDd5wrh5zF/DDeiOjlKIWJ8RFGjqe5lf8WTFXeUJ0VNFKT67fcK7CGu4O1FTjO4jivdkIQFLO3uHht9/9E5EhwAnzybhIZzlQ2LbGrUT1AFpu84LA43f/x36UVFT3PeOogtY8s0Q==","user":{"id":1001,"login":"ada","name":"Ada Admin"},"method":"app","expires_ms":1796066013591,"generation":1}', 1, 1796037213594, 0);
INSERT INTO schema VALUES (1, 9);
