//! The table: every route, and who gets what.

/// What each of nobody, an outsider, a reader, a writer and an admin gets, for a public and for a private repository.
pub(crate) type Row = (&'static str, &'static str, [u16; 5], [u16; 5]);

/// A path's `{id}`, `{repo}` and `{share}` are those of a fabric that exists. A write that is allowed but already done is 409.
pub(crate) const TABLE: &[Row] = &[
    ("GET", "/api/health", [200; 5], [200; 5]),
    ("GET", "/api/openapi.json", [200; 5], [200; 5]),
    ("GET", "/api/session", [200; 5], [200; 5]),
    ("GET", "/api/nothing", [404; 5], [404; 5]),
    ("GET", "/api/auth/login", [303; 5], [303; 5]),
    ("GET", "/api/auth/callback", [303; 5], [303; 5]),
    ("POST", "/api/auth/token", [400; 5], [400; 5]),
    ("GET", "/setup", [200; 5], [200; 5]),
    ("GET", "/setup/callback", [400; 5], [400; 5]),
    (
        "GET",
        "/api/repositories",
        [401, 200, 200, 200, 200],
        [401, 200, 200, 200, 200],
    ),
    (
        "GET",
        "/api/fabrics",
        [401, 200, 200, 200, 200],
        [401, 200, 200, 200, 200],
    ),
    (
        "GET",
        "/api/snapshot?repository={repo}&branch=main&directory=gitops",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    (
        "POST",
        "/api/plan",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    (
        "POST",
        "/api/fabrics",
        [401, 403, 403, 409, 409],
        [401, 404, 403, 409, 409],
    ),
    (
        "GET",
        "/api/fabrics/{id}",
        [200, 200, 200, 200, 200],
        [404, 404, 200, 200, 200],
    ),
    (
        "GET",
        "/api/fabrics/{id}/permission",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    (
        "GET",
        "/api/fabrics/{id}/history",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    (
        "POST",
        "/api/fabrics/{id}/init-gitops",
        [401, 403, 403, 200, 200],
        [401, 404, 403, 200, 200],
    ),
    (
        "POST",
        "/api/fabrics/{id}/validate-gitops",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    (
        "GET",
        "/api/fabrics/{id}/shares",
        [401, 403, 403, 200, 200],
        [401, 404, 403, 200, 200],
    ),
    (
        "POST",
        "/api/fabrics/{id}/shares",
        [401, 403, 403, 201, 201],
        [401, 404, 403, 201, 201],
    ),
    (
        "DELETE",
        "/api/fabrics/{id}/shares/{share}",
        [401, 403, 403, 204, 204],
        [401, 404, 403, 204, 204],
    ),
    (
        "GET",
        "/api/branches?repository={repo}",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    (
        "GET",
        "/api/blob?repository={repo}&oid=e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    // Allowed, but approved is something else.
    (
        "PATCH",
        "/api/fabrics/{id}",
        [401, 403, 403, 409, 409],
        [401, 404, 403, 409, 409],
    ),
    (
        "POST",
        "/api/fabrics/{id}/repair",
        [401, 403, 403, 200, 200],
        [401, 404, 403, 200, 200],
    ),
    (
        "DELETE",
        "/api/fabrics/{own}",
        [401, 403, 403, 200, 200],
        [401, 404, 403, 200, 200],
    ),
    ("GET", "/f/{id}", [200; 5], [404, 404, 200, 200, 200]),
    // What machines and other sites read is for everybody or for nobody.
    ("GET", "/f/{id}/status.json", [200; 5], [404; 5]),
    ("GET", "/f/{id}/badge.svg", [200; 5], [404; 5]),
    ("GET", "/f/{id}/badge.json", [200; 5], [200; 5]),
    (
        "WATCH",
        "/api/fabrics/{id}/events",
        [101; 5],
        [404, 404, 101, 101, 101],
    ),
    // Without an upgrade nobody gets as far as the fabric.
    ("GET", "/api/fabrics/{id}/events", [426; 5], [426; 5]),
    // Anyone with the link, until it is revoked.
    ("GET", "/s/{secret}", [200; 5], [200; 5]),
    ("GET", "/s/{secret}/badge.svg", [200; 5], [200; 5]),
    ("GET", "/api/shares/{secret}", [200; 5], [200; 5]),
    ("GET", "/s/{revoked}", [404; 5], [404; 5]),
    ("GET", "/s/{revoked}/badge.svg", [404; 5], [404; 5]),
    ("GET", "/api/shares/{revoked}", [404; 5], [404; 5]),
    // No person's: there is no such route without the operator's key.
    ("GET", "/api/operator/backup", [404; 5], [404; 5]),
    ("POST", "/api/operator/restore", [404; 5], [404; 5]),
    ("GET", "/api/fabrics/{absent}", [404; 5], [404; 5]),
    ("WATCH", "/api/fabrics/{absent}/events", [404; 5], [404; 5]),
    (
        "GET",
        "/api/fabrics/{absent}/history",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    ("GET", "/f/{absent}", [404; 5], [404; 5]),
    ("GET", "/f/{absent}/status.json", [404; 5], [404; 5]),
    ("GET", "/f/{absent}/badge.svg", [404; 5], [404; 5]),
    (
        "PATCH",
        "/api/fabrics/{absent}",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    (
        "DELETE",
        "/api/fabrics/{absent}",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    (
        "POST",
        "/api/fabrics/{absent}/repair",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    (
        "POST",
        "/api/fabrics/{absent}/init-gitops",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    (
        "POST",
        "/api/fabrics/{absent}/validate-gitops",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    (
        "POST",
        "/api/fabrics/{absent}/shares",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    ("POST", "/api/auth/logout", [204; 5], [204; 5]),
];
