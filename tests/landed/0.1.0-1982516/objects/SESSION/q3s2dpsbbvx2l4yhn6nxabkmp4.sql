-- q3s2dpsbbvx2l4yhn6nxabkmp4
CREATE TABLE signed_in (one INTEGER PRIMARY KEY CHECK (one = 1), held TEXT NOT NULL, generation INTEGER NOT NULL, opened_ms INTEGER NOT NULL, renewing_until_ms INTEGER NOT NULL DEFAULT 0);
CREATE TABLE short (kind TEXT PRIMARY KEY, sealed TEXT NOT NULL, state TEXT, until_ms INTEGER NOT NULL);
CREATE TABLE answers (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, begun_ms INTEGER NOT NULL, status INTEGER, body TEXT, fabric TEXT, operation TEXT, attempt TEXT, silent_ms INTEGER);
CREATE INDEX answers_by_age ON answers (begun_ms);
CREATE TABLE repositories (one INTEGER PRIMARY KEY CHECK (one = 1), listed_ms INTEGER NOT NULL, list TEXT NOT NULL);
CREATE TABLE schema (one INTEGER PRIMARY KEY CHECK (one = 1), steps INTEGER NOT NULL);
INSERT INTO signed_in VALUES (1, '{"sealed":"URVOotU+dwIW6wkQEDPj4iHqujQieFEzCv2yCvJwEpf0kP0Y7adNSh5JtQj+btvl4lzcHhyibA8tbPVKuinTBJievw4E","user":{"id":1001,"login":"ada","name":"Ada Admin"},"method":"token","expires_ms":null,"generation":1}', 1, 1796037208092, 0);
INSERT INTO repositories VALUES (1, 1796037213540, '[{"id":"R_kgDOAAAB9g","name":"acme/empty","private":false,"archived":false,"default_branch":null,"permission":"write","number":502},{"id":"R_kgDOAAAB-Q","name":"acme/fleet","private":false,"archived":false,"default_branch":"main","permission":"write","number":505},{"id":"R_kgDOAAAB9Q","name":"acme/network","private":false,"archived":false,"default_branch":"main","permission":"write","number":501},{"id":"R_kgDOAAAB-A","name":"acme/private","private":true,"archived":false,"default_branch":"main","permission":"write","number":504},{"id":"R_kgDOAAAB9w","name":"acme/protected","private":false,"archived":false,"default_branch":"main","permission":"write","number":503}]');
INSERT INTO schema VALUES (1, 9);
