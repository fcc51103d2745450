//! `GET /setup` and `GET /setup/callback`: registers a GitHub App with the right permissions in two clicks.
//!
//! Nothing is stored here: GitHub hands the App's secrets out once, and the operator's own command stores them.

use http::StatusCode;
use http::header::SET_COOKIE;
use shared::quote::markup::markup;
use shared::quote::sentence::capitalised;
use shared::quote::shell::command;
use shared::quote::toml::string;
use shared::quote::url::{below, of_site};

use crate::api_error::ApiError;
use crate::deliveries::AppNote;
use crate::github::app::{RegisteredApp, convert_manifest, manifest};
use crate::host::Host;
use crate::html::document;
use crate::operator::known_to_operator;
use crate::request::{Request, origin, origin_of, query};
use crate::response::{Response, header_value};
use crate::session::{Purpose, new_state, recall, remember};

/// What happened, and what to do, where this browser did not begin what GitHub says it ends.
const UNKNOWN: &str = "<p>This browser did not begin this set-up, or began it over ten minutes ago, so that Hedgerow did not ask GitHub for the App's secrets.</p>\
    <p>If you registered an App just now, its secrets are still to be had for an hour by whoever reads the address of this page. Delete that App on GitHub: \
    in your settings, or the organization's, under <b>Developer settings</b>, <b>GitHub Apps</b>, <b>Edit</b>, <b>Advanced</b>. Then \
    <a href=\"/setup?again=yes\">begin the set-up again</a>.</p>";

/// What to do where nothing leads to GitHub.
const NO_GITHUB: &str = "<p><code>GITHUB_URL</code> in <code>wrangler.toml</code> is no address of GitHub, such as <code>https://github.com</code>, \
    so that no App can be registered. Correct it, and <code>make deploy</code> again.</p>";

/// Shows what will be registered, with one button that leads to GitHub.
pub(crate) async fn set_up(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    let config = host.config();
    let github = &config.github_url;
    if let Some(app) = &config.app
        && query(request, "again").is_empty()
    {
        let body = format!(
            "<p>A GitHub App is configured: <code>{}</code>. People sign in through it.</p>{}\
             <p class=\"muted\">To replace it, <a href=\"/setup?again=yes\">register another</a> and store its secrets in place of the old ones.</p>",
            markup(&app.client_id),
            what_it_lacks(host, &origin(host, request)).await
        );
        return Ok(document(StatusCode::OK, "Set up Hedgerow", &body, ""));
    }
    let title = "Set up Hedgerow";
    let organization = query(request, "organization");
    let is_name = organization.len() <= 39
        && organization
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let organization = if is_name { organization.as_str() } else { "" };
    let owner = match organization {
        "" => String::new(),
        name => format!("organizations/{name}"),
    };
    let Some(page) = below(github, &[&owner, "settings/apps/new"]) else {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        return Ok(document(status, title, NO_GITHUB, ""));
    };
    let state = new_state(host);
    let cookie = remember(host, Purpose::SetUp, "", &state)?;
    let action = format!("{page}?state={state}");
    let manifest = manifest(&origin(host, request));
    let body = format!(
        "<p>Hedgerow signs people in, and looks after repositories, as a GitHub App of your own. This registers one that may read and write \
         <b>contents</b> and <b>pull requests</b>, set <b>commit statuses</b> and <b>checks</b>, and read <b>deployments</b>, where you install it, and nothing else. \
         GitHub tells it what happens there.</p>\
         <form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"manifest\" value=\"{}\">\
         <button>Register on GitHub</button></form>\
         <form method=\"get\" action=\"/setup\"><p class=\"muted\"><label>For an organization instead of yourself: \
         <input name=\"organization\" value=\"{}\" autocomplete=\"off\"></label> <button>Use it</button></p></form>",
        markup(&action),
        markup(&manifest),
        markup(organization)
    );
    let mut response = document(StatusCode::OK, title, &body, origin_of(github));
    set_cookie(&mut response, &cookie);
    Ok(response)
}

/// The clicks that give the App what it lacked when GitHub was last asked: GitHub lets no program change that.
async fn what_it_lacks(host: &impl Host, origin: &str) -> String {
    let known = known_to_operator(host).await;
    let Some(note) = known.as_ref().and_then(AppNote::of) else {
        return "<p class=\"muted\">GitHub is asked within the hour whether it has all permissions and events that Hedgerow needs.</p>".to_owned();
    };
    let app = &note.health;
    if !app.key_is_taken {
        return "<p>GitHub does not take its private key: generate another in its settings on GitHub, and store it as <code>GITHUB_APP_PRIVATE_KEY</code>.</p>".to_owned();
    }
    let at = format!(
        "<p class=\"muted\">GitHub was asked at {}, and is once an hour.</p>",
        markup(&app.checked_at)
    );
    if app.missing_permissions.is_empty() && app.missing_events.is_empty() {
        return format!("<p>It has all permissions and events that Hedgerow needs.</p>{at}");
    }
    let page: Vec<&str> = note.settings.iter().map(String::as_str).collect();
    let page = below(&host.config().github_url, &page).filter(|_| !page.is_empty());
    let page = match page {
        Some(page) => format!("<a href=\"{}\">Permissions &amp; events</a>", markup(&page)),
        None => "<b>Permissions &amp; events</b>".to_owned(),
    };
    let permissions = app.missing_permissions.iter().map(|missing| {
        let (name, access) = missing.split_once('=').unwrap_or((missing, ""));
        let access = match access {
            "write" => "Read and write",
            _ => "Read-only",
        };
        format!("<li>{}: {access}</li>", markup(&spelled(name)))
    });
    let events = app.missing_events.iter();
    let events = events.map(|event| format!("<li>{}</li>", markup(&spelled(event))));
    let list = |title: &str, lines: String| match lines.is_empty() {
        true => String::new(),
        false => format!("<p>{title}</p><ul>{lines}</ul>"),
    };
    format!(
        "<p>It was registered with less than Hedgerow needs by now, and GitHub lets nobody but its owner change that. In its settings on GitHub, under {page}:</p>{}{}\
         <p>Save, then accept the new permissions where it is installed: GitHub sends the owners there an e-mail with the link. Under <b>General</b>, <b>Webhook</b>, choose <b>Active</b>, \
         with the address <code>{}/api/webhooks/github</code> and the secret that is stored here as <code>GITHUB_WEBHOOK_SECRET</code>.</p>{at}",
        list("Repository permissions:", permissions.collect()),
        list("Subscribe to events:", events.collect()),
        markup(origin)
    )
}

/// A permission or an event as GitHub's page calls it: `pull_requests` is *Pull requests*.
fn spelled(name: &str) -> String {
    let name = if name == "statuses" {
        "commit statuses"
    } else {
        name
    };
    capitalised(&name.replace('_', " "))
}

/// GitHub sent the operator back: shows what to store, once.
pub(crate) async fn set_up_callback(
    host: &impl Host,
    request: &Request,
) -> Result<Response, ApiError> {
    match recall(host, request, Purpose::SetUp, &query(request, "state")).await {
        Err(ApiError::LoginRefused(_)) => {
            return Ok(document(
                StatusCode::BAD_REQUEST,
                "Set-up not finished",
                UNKNOWN,
                "",
            ));
        }
        known => known?,
    };
    let code = query(request, "code");
    let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let registered = match is_code {
        true => convert_manifest(host, &code).await?,
        false => None,
    };
    let registered = registered.ok_or(ApiError::LoginRefused(
        "GitHub does not know its code".into(),
    ))?;
    Ok(document(
        StatusCode::OK,
        "Store the App's secrets",
        &secrets(&registered, &host.config().github_url),
        "",
    ))
}

fn secrets(app: &RegisteredApp, github: &str) -> String {
    let mut to_store = vec![("GITHUB_APP_CLIENT_SECRET", &app.client_secret)];
    if let Some(secret) = &app.webhook_secret {
        to_store.push(("GITHUB_WEBHOOK_SECRET", secret));
    }
    to_store.push(("GITHUB_APP_PRIVATE_KEY", &app.pem));
    // Shells keep their commands, so that none has a secret in it; a prompt of Wrangler's own would take the key's first line.
    let put = |(name, secret): (&str, &String)| {
        let command = format!(
            "cat | {}",
            command(&["npx", "wrangler", "secret", "put", name])
        );
        let (command, secret) = (markup(&command), markup(secret.trim_end()));
        format!("<div><pre>{command}</pre><pre>{secret}</pre></div>")
    };
    let commands: String = to_store.into_iter().map(put).collect();
    let variables = format!(
        "GITHUB_APP_ID = {}\nGITHUB_APP_CLIENT_ID = {}\nGITHUB_APP_SLUG = {}",
        string(&app.id.to_string()),
        string(&app.client_id),
        string(&app.slug)
    );
    let install = match of_site(github, &app.html_url) {
        Some(page) => format!(
            "<a href=\"{}/installations/new\">install the App</a>",
            markup(page)
        ),
        None => "install the App".to_owned(),
    };
    format!(
        "<p>The App is registered. GitHub shows these secrets only now, and Hedgerow keeps none of them: store them before you leave this page.</p>\
         <p>1. Under <code>[vars]</code> of <code>wrangler.toml</code>:</p><pre>{}</pre>\
         <p>2. In a terminal, in Hedgerow's folder, one after the other: run the command, paste what stands below it, press Enter, then Ctrl+D. \
         Like this no secret is kept in the shell's history.</p>{commands}\
         <p>3. <code>make deploy</code>, then {install} on your repositories.</p>",
        markup(&variables),
    )
}

fn set_cookie(response: &mut Response, cookie: &str) {
    response
        .headers_mut()
        .append(SET_COOKIE, header_value(cookie));
}
