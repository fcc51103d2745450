-- m7vhhjoscexxwig6yolai3mz5y
CREATE TABLE signed_in (one INTEGER PRIMARY KEY CHECK (one = 1), held TEXT NOT NULL, generation INTEGER NOT NULL, opened_ms INTEGER NOT NULL, renewing_until_ms INTEGER NOT NULL DEFAULT 0);
CREATE TABLE short (kind TEXT PRIMARY KEY, sealed TEXT NOT NULL, state TEXT, until_ms INTEGER NOT NULL);
CREATE TABLE answers (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, begun_ms INTEGER NOT NULL, status INTEGER, body TEXT, fabric TEXT, operation TEXT, attempt TEXT, silent_ms INTEGER);
CREATE INDEX answers_by_age ON answers (begun_ms);
CREATE TABLE repositories (one INTEGER PRIMARY KEY CHECK (one = 1), listed_ms INTEGER NOT NULL, list TEXT NOT NULL);
CREATE TABLE schema (one INTEGER PRIMARY KEY CHECK (one = 1), steps INTEGER NOT NULL);
INSERT INTO short VALUES ('login', 'm4qX9pIDct03ZRL135l8j+LLmMsfpI98X4SKSyXR5ay3l18/dNaDs1kLjF606CoUAdDEuJsC3hphAi8=', 'e45943f9f96f5912bb24ba9ab01a95cc6c72804a91c0e368daa2454e3f586fd9', 1796037813586);
INSERT INTO schema VALUES (1, 9);
