//! Every route: its path, what guards it, and what each method of it does. What it does not take is answered 405 with
//! `Allow`, by this same table.
//!
//! **Invariant.** A request's path is read once, by [`find`], letter for letter. What guards a request, answers it, logs it
//! or words its refusal goes by the route that was found, so that no way to write an address is one route to one of them
//! and another to the next.

use http::Method;
use shared::names::FabricId;

use crate::host::Limit;

/// The most bytes of a body; a layout's file list has about 2 KB.
pub(crate) const MAX_BODY: usize = 256 * 1024;
/// The most bytes of a delivery of GitHub's, which sends up to 25 MB. All of it is hashed before anything is known of it, by whoever
/// sends it; so much takes a few milliseconds of the ten that Cloudflare's free plan gives a request. What is longer is refused, and
/// found in GitHub's list of deliveries ([`crate::deliveries`]).
pub(crate) const MAX_DELIVERY: usize = 1024 * 1024;

/// A path, what guards it, and the methods that it takes.
#[derive(Debug)]
pub struct Route {
    /// The path, as in `/api/fabrics/{id}`. What is in braces stands for any one segment that is not empty.
    pub path: &'static str,
    /// What its requests are counted with.
    pub(crate) limit: Limit,
    pub(crate) form: Form,
    pub(crate) sites: Sites,
    pub(crate) endpoints: &'static [(Method, Endpoint)],
}

/// What a route answers with, and so how it refuses a browser that shows the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Page,
    Data,
}

/// Which sites' pages may send a browser here to read. None but ours may send it to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sites {
    /// Ours: the answer is a person's own, and another site can notice more of it than that there is one.
    Own,
    /// Any, by a link.
    Linked,
    /// Any, also as a part of their page.
    Embedded,
    /// No site's page: whoever asks proves with each request who they are, and sends no cookie.
    Signed,
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
    GetLooks,
    GetOpenapi,
    GetPermission,
    GetSession,
    GetShared,
    GetSnapshot,
    GetWebhook,
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
    TakeDelivery,
    TakeRepositoryDelivery,
    ValidateGitops,
    WatchFabric,
}

macro_rules! routes {
    ($($path:literal $limit:ident $form:ident $sites:ident: $($method:ident $endpoint:ident),+;)+) => {
        &[$(Route {
            path: $path,
            limit: Limit::$limit,
            form: Form::$form,
            sites: Sites::$sites,
            endpoints: &[$((Method::$method, Endpoint::$endpoint)),+],
        }),+]
    };
}

/// Every route of the Worker.
pub const ROUTES: &[Route] = routes! {
    "/api/health" Address Data Linked: GET GetHealth;
    "/api/openapi.json" Address Data Linked: GET GetOpenapi;
    "/api/session" Address Data Own: GET GetSession;
    "/api/auth/login" SignIn Page Linked: GET LogIn;
    "/api/auth/callback" SignIn Page Linked: GET LogInCallback;
    "/api/auth/token" SignIn Data Own: POST SignInWithToken;
    "/api/auth/logout" Address Data Own: POST LogOut;
    "/api/snapshot" Address Data Own: GET GetSnapshot;
    "/api/branches" Address Data Own: GET GetBranches;
    "/api/blob" Address Data Own: GET GetBlob;
    "/api/plan" Address Data Own: POST MakePlan;
    "/api/repositories" Address Data Own: GET ListRepositories;
    "/api/fabrics" Address Data Own: GET ListFabrics, POST CreateFabric;
    "/api/fabrics/{id}" Address Data Own: GET GetFabric, PATCH ChangeFabric, DELETE ForgetFabric;
    "/api/fabrics/{id}/init-gitops" Address Data Own: POST InitGitops;
    "/api/fabrics/{id}/validate-gitops" Address Data Own: POST ValidateGitops;
    "/api/fabrics/{id}/repair" Address Data Own: POST RepairFabric;
    "/api/fabrics/{id}/history" Address Data Own: GET GetHistory;
    "/api/fabrics/{id}/looks" Address Data Own: GET GetLooks;
    "/api/fabrics/{id}/permission" Address Data Own: GET GetPermission;
    "/api/fabrics/{id}/events" Address Data Own: GET WatchFabric;
    "/api/fabrics/{id}/webhook" Address Data Own: GET GetWebhook;
    "/api/fabrics/{id}/shares" Address Data Own: GET ListShares, POST CreateShare;
    "/api/fabrics/{id}/shares/{share}" Address Data Own: DELETE RevokeShare;
    "/api/shares/{secret}" Address Data Linked: GET GetShared;
    "/api/webhooks/github" Delivery Data Signed: POST TakeDelivery;
    "/api/webhooks/github/{repository}" Delivery Data Signed: POST TakeRepositoryDelivery;
    "/api/operator/backup" Address Data Own: GET BackUp;
    "/api/operator/restore" Address Data Own: POST Restore;
    "/setup" SignIn Page Linked: GET SetUp;
    "/setup/callback" SignIn Page Linked: GET SetUpCallback;
    "/f/{id}" Address Page Linked: GET ShowFabric, HEAD ShowFabric;
    "/f/{id}/status.json" Address Data Embedded: GET ShowStatus, HEAD ShowStatus;
    "/f/{id}/badge.svg" Address Data Embedded: GET ShowBadge, HEAD ShowBadge;
    "/f/{id}/badge.json" Address Data Embedded: GET ShowShieldsBadge, HEAD ShowShieldsBadge;
    "/s/{secret}" Address Page Linked: GET ShowShared, HEAD ShowShared;
    "/s/{secret}/badge.svg" Address Data Embedded: GET ShowSharedBadge, HEAD ShowSharedBadge;
};

impl Route {
    /// The most bytes of a body that it takes.
    pub(crate) fn most_bytes(&self) -> usize {
        let takes = |wanted| {
            self.endpoints
                .iter()
                .any(|(_, endpoint)| *endpoint == wanted)
        };
        match takes(Endpoint::TakeDelivery) || takes(Endpoint::TakeRepositoryDelivery) {
            true => MAX_DELIVERY,
            false => MAX_BODY,
        }
    }

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

/// The route of a request, and what its path has in place of the braces.
pub(crate) struct Found<'a> {
    pub(crate) route: &'static Route,
    pub(crate) parameters: Parameters<'a>,
}

impl<'a> Found<'a> {
    /// The fabric that the route is about, if what stands in its place is an id.
    pub(crate) fn fabric(&self) -> Option<&'a str> {
        let id = self.parameters.get("id");
        FabricId::parse(id).is_ok().then_some(id)
    }
}

/// Reads a request's path: the only place that does. A path that differs from a route's in any letter, by an escape, a slash
/// too many or the case, is of no route.
pub(crate) fn find(path: &str) -> Option<Found<'_>> {
    ROUTES.iter().find_map(|route| {
        let parameters = parameters(route.path, path)?;
        Some(Found { route, parameters })
    })
}

/// What `path` has in place of the braces of `pattern`, if it is of that form.
fn parameters<'a>(pattern: &'static str, path: &'a str) -> Option<Parameters<'a>> {
    let mut parameters = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        match expected
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(_) if segment.is_empty() => return None,
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
            ("//api/health", None, ""),
            ("/api//health", None, ""),
            ("api/health", None, ""),
            ("/API/health", None, ""),
            ("/api/%68ealth", None, ""),
            ("/f/", None, ""),
            ("/api/fabrics/a/b", None, ""),
            ("/api/health/", None, ""),
            ("/", None, ""),
        ] {
            let found = find(path);
            assert_eq!(
                found.as_ref().map(|found| found.route.path),
                pattern,
                "{path}"
            );
            let given = found.map_or("", |found| found.parameters.get("share"));
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
