-- R_kgDOAAAB-Q
CREATE TABLE claimed (fabric TEXT NOT NULL, branch TEXT NOT NULL, directory TEXT NOT NULL, name TEXT, PRIMARY KEY (fabric, branch, directory));
CREATE TABLE turn (one INTEGER PRIMARY KEY CHECK (one = 1), operation TEXT NOT NULL, until_ms INTEGER NOT NULL);
CREATE TABLE old_names (fabric TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (fabric, name));
CREATE TABLE handed_over (one INTEGER PRIMARY KEY CHECK (one = 1), successor TEXT NOT NULL);
CREATE TABLE taken_over (one INTEGER PRIMARY KEY CHECK (one = 1), source TEXT NOT NULL);
CREATE TABLE schema (one INTEGER PRIMARY KEY CHECK (one = 1), steps INTEGER NOT NULL);
INSERT INTO claimed VALUES ('rf3wxkc6egnklzioin2p3twirm', 'main', 'sites/older', 'older');
INSERT INTO claimed VALUES ('6jtjllmarlwdrztjiksbzmrh7q', 'main', 'sites/since', 'since');
INSERT INTO taken_over VALUES (1, 'MDEwOlJlcG9zaXRvcnk1MDU=');
INSERT INTO schema VALUES (1, 6);
