//! The session as the page sees it: who is signed in, and how one can sign in.

use shared::api::{DemoRole, Session, SignInMethod, SignInOptions, TokenPermission, User};
use shared::quote::url;

use crate::config::Config;

/// What a fine-grained token needs: GitHub's name, its word in addresses, the access, and what for.
const PERMISSIONS: [(&str, &str, &str, &str); 2] = [
    (
        "Contents",
        "contents",
        "write",
        "reads the branch and makes the one commit",
    ),
    (
        "Pull requests",
        "pull_requests",
        "write",
        "opens a pull request where the branch takes nothing else",
    ),
];

/// The session as the page sees it.
pub(crate) fn session_answer(config: &Config, person: Option<(User, SignInMethod)>) -> Session {
    let (user, method) = person.unzip();
    Session {
        user,
        github_url: config.github_url.clone(),
        github_api_url: config.github_api_url.clone(),
        method,
        visible_repositories: None,
        sign_in: sign_in_options(config),
    }
}

fn sign_in_options(config: &Config) -> SignInOptions {
    let slug = config.app.as_ref().map(|app| app.slug.as_str());
    let install = slug.filter(|slug| !slug.is_empty());
    let permission = |(name, _, access, why): (&str, &str, &str, &str)| TokenPermission {
        name: name.to_owned(),
        access: access.to_owned(),
        why: why.to_owned(),
    };
    let demo = |role: &String| DemoRole {
        role: role.clone(),
        token: format!("standin-{role}"),
    };
    SignInOptions {
        app: config.app.is_some(),
        install_url: install
            .and_then(|slug| url::below(&config.github_url, &["apps", slug, "installations/new"])),
        token_url: token_form(&config.github_url),
        token_permissions: PERMISSIONS.map(permission).into(),
        demo: config.demo_roles.iter().map(demo).collect(),
    }
}

/// GitHub's form for a new fine-grained token, filled in.
fn token_form(github_url: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("name", "Hedgerow")
        .append_pair(
            "description",
            "Commits the GitOps directories of Hedgehog fabrics",
        )
        .append_pair("expires_in", "90")
        .extend_pairs(PERMISSIONS.map(|(_, word, access, _)| (word, access)))
        .finish();
    let form = url::below(github_url, &["settings/personal-access-tokens/new"]);
    form.map_or_else(String::new, |form| format!("{form}?{query}"))
}
