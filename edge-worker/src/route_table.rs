//! Every route: its path, and what each method of it does. What it does not take is answered 405 with `Allow`, by this
//! same table.

use http::Method;

/// A path and the methods that it takes.
#[derive(Debug)]
pub struct Route {
    /// The path, as in `/api/fabrics/{id}`. What is in braces stands for any one segment.
    pub path: &'static str,
    pub(crate) endpoints: &'static [(Method, Endpoint)],
}

/// What answers one method of one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    BackUp,
    ChangeFabric,
    CreateFabric,
    CreateShare,
    ForgetFabric,
    GetBlob,
    GetBranches,
    GetFabric,
    GetHealth,
    GetHistory,
    GetOpenapi,
    GetPermission,
    GetSession,
    GetShared,
    GetSnapshot,
    InitGitops,
    ListFabrics,
    ListRepositories,
    ListShares,
    LogIn,
    LogInCallback,
    LogOut,
    MakePlan,
    RepairFabric,
    Restore,
    RevokeShare,
    SetUp,
    SetUpCallback,
    ShowBadge,
    ShowFabric,
    ShowShared,
    ShowSharedBadge,
    ShowShieldsBadge,
    ShowStatus,
    SignInWithToken,
    ValidateGitops,
    WatchFabric,
}

macro_rules! routes {
    ($($path:literal: $($method:ident $endpoint:ident),+;)+) => {
        &[$(Route {
            path: $path,
            endpoints: &[$((Method::$method, Endpoint::$endpoint)),+],
        }),+]
    };
}

/// Every route of the Worker.
pub const ROUTES: &[Route] = routes! {
    "/api/health": GET GetHealth;
    "/api/openapi.json": GET GetOpenapi;
    "/api/session": GET GetSession;
    "/api/auth/login": GET LogIn;
    "/api/auth/callback": GET LogInCallback;
    "/api/auth/token": POST SignInWithToken;
    "/api/auth/logout": POST LogOut;
    "/api/snapshot": GET GetSnapshot;
    "/api/branches": GET GetBranches;
    "/api/blob": GET GetBlob;
    "/api/plan": POST MakePlan;
    "/api/repositories": GET ListRepositories;
    "/api/fabrics": GET ListFabrics, POST CreateFabric;
    "/api/fabrics/{id}": GET GetFabric, PATCH ChangeFabric, DELETE ForgetFabric;
    "/api/fabrics/{id}/init-gitops": POST InitGitops;
    "/api/fabrics/{id}/validate-gitops": POST ValidateGitops;
    "/api/fabrics/{id}/repair": POST RepairFabric;
    "/api/fabrics/{id}/history": GET GetHistory;
    "/api/fabrics/{id}/permission": GET GetPermission;
    "/api/fabrics/{id}/events": GET WatchFabric;
    "/api/fabrics/{id}/shares": GET ListShares, POST CreateShare;
    "/api/fabrics/{id}/shares/{share}": DELETE RevokeShare;
    "/api/shares/{secret}": GET GetShared;
    "/api/operator/backup": GET BackUp;
    "/api/operator/restore": POST Restore;
    "/setup": GET SetUp;
    "/setup/callback": GET SetUpCallback;
    "/f/{id}": GET ShowFabric, HEAD ShowFabric;
    "/f/{id}/status.json": GET ShowStatus, HEAD ShowStatus;
    "/f/{id}/badge.svg": GET ShowBadge, HEAD ShowBadge;
    "/f/{id}/badge.json": GET ShowShieldsBadge, HEAD ShowShieldsBadge;
    "/s/{secret}": GET ShowShared, HEAD ShowShared;
    "/s/{secret}/badge.svg": GET ShowSharedBadge, HEAD ShowSharedBadge;
};

impl Route {
    /// The methods that the path takes.
    pub fn methods(&self) -> impl Iterator<Item = &'static Method> {
        self.endpoints.iter().map(|(method, _)| method)
    }

    /// The value of `Allow`.
    pub(crate) fn allow(&self) -> String {
        let methods: Vec<&str> = self.methods().map(Method::as_str).collect();
        methods.join(", ")
    }

    /// What answers a method, if the path takes it.
    pub(crate) fn endpoint(&self, wanted: &Method) -> Option<Endpoint> {
        let mut endpoints = self.endpoints.iter();
        endpoints
            .find(|(method, _)| method == wanted)
            .map(|(_, endpoint)| *endpoint)
    }
}

/// What a request's path has in place of the braces.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parameters<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Parameters<'a> {
    /// The segment in place of `{name}`; empty if the route has no such name.
    pub(crate) fn get(&self, name: &str) -> &'a str {
        let mut parameters = self.0.iter();
        parameters
            .find(|(known, _)| *known == name)
            .map_or("", |(_, segment)| segment)
    }
}

pub(crate) fn find(path: &str) -> Option<(&'static Route, Parameters<'_>)> {
    ROUTES
        .iter()
        .find_map(|route| Some((route, parameters(route.path, path)?)))
}

/// What `path` has in place of the braces of `pattern`, if it is of that form.
fn parameters<'a>(pattern: &'static str, path: &'a str) -> Option<Parameters<'a>> {
    let mut parameters = Vec::new();
    let mut segments = path.trim_start_matches('/').split('/');
    for expected in pattern.trim_start_matches('/').split('/') {
        let segment = segments.next()?;
        match expected
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(name) => parameters.push((name, segment)),
            None if expected == segment => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(Parameters(parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_matched_with_its_parameters() {
        for (path, pattern, share) in [
            ("/api/fabrics", Some("/api/fabrics"), ""),
            ("/api/fabrics/a", Some("/api/fabrics/{id}"), ""),
            (
                "/api/fabrics/a/shares/b",
                Some("/api/fabrics/{id}/shares/{share}"),
                "b",
            ),
            ("//api/health", Some("/api/health"), ""),
            ("/f/", Some("/f/{id}"), ""),
            ("/api/fabrics/a/b", None, ""),
            ("/api/health/", None, ""),
            ("/", None, ""),
        ] {
            let found = find(path);
            assert_eq!(
                found.as_ref().map(|(route, _)| route.path),
                pattern,
                "{path}"
            );
            let given = found.as_ref().map_or("", |(_, given)| given.get("share"));
            assert_eq!(given, share, "{path}");
        }
    }

    #[test]
    fn no_path_is_of_two_routes() {
        for route in ROUTES {
            let same = ROUTES.iter().filter(|other| {
                let path: &'static str = route.path;
                parameters(other.path, path).is_some()
            });
            assert_eq!(same.count(), 1, "{}", route.path);
        }
    }
}
