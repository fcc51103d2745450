-- lslhxzoqlc5dpf3pfdydrosy2i
CREATE TABLE signed_in (one INTEGER PRIMARY KEY CHECK (one = 1), held TEXT NOT NULL, generation INTEGER NOT NULL, opened_ms INTEGER NOT NULL, renewing_until_ms INTEGER NOT NULL DEFAULT 0);
CREATE TABLE short (kind TEXT PRIMARY KEY, sealed TEXT NOT NULL, state TEXT, until_ms INTEGER NOT NULL);
CREATE TABLE answers (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, begun_ms INTEGER NOT NULL, status INTEGER, body TEXT, fabric TEXT, operation TEXT, attempt TEXT, silent_ms INTEGER);
CREATE INDEX answers_by_age ON answers (begun_ms);
CREATE TABLE repositories (one INTEGER PRIMARY KEY CHECK (one = 1), listed_ms INTEGER NOT NULL, list TEXT NOT NULL);
CREATE TABLE schema (one INTEGER PRIMARY KEY CHECK (one = 1), steps INTEGER NOT NULL);
INSERT INTO short VALUES ('login', 'UbsEl8TsvP/G8ryJrMWX21p59h+pAkgQnxWcvggUfpznYESq7bliWFgPhEZHaM3hqHNhuYyLtIp4nM3uHIyJiBsZnI4CYItNWBWza7QWOiyyxm2tW1bxIc//nRP4jwpdjYjpDxJCTIm/MVUSYg==', '77a3dc40d12d11ef3a6e657f066891a13c26811851b3bea2a38b130d091bbab9', 1796037813596);
INSERT INTO schema VALUES (1, 9);
