//! Registering the GitHub App from its manifest: two clicks, and the secrets are shown once and kept nowhere.

use flows::World;
use http::header::CONTENT_TYPE;

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap().1.split_once(end).unwrap().0
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn form(fields: &[(&str, &str)]) -> String {
    let encode =
        |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    pairs.join("&")
}

#[tokio::test]
async fn an_app_is_registered_in_two_clicks_and_people_sign_in_through_it() {
    let world = World::new();
    world.host.configure(|config| config.app = None);
    let page = world
        .send("GET", "/setup?organization=acme", "", &[], None)
        .await;
    assert_eq!(page.status, 200);
    let github = world.standin.url().to_owned();
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains(&format!("form-action 'self' {github}")),
        "{policy}"
    );
    let action = unescape(between(&page.text, "action=\"", "\""));
    assert!(action.starts_with(&format!(
        "{github}/organizations/acme/settings/apps/new?state="
    )));
    let manifest = unescape(between(&page.text, "name=\"manifest\" value=\"", "\""));
    let wanted: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(wanted["default_permissions"]["contents"], "write");
    assert_eq!(
        wanted["callback_urls"][0],
        "http://localhost:8787/api/auth/callback"
    );
    assert_eq!(wanted["public"], false);

    // The first click leads to GitHub's page, the second one back.
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let click = async |url: String, body: String| {
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        request.send().await.unwrap()
    };
    let asked = click(action.clone(), form(&[("manifest", &manifest)])).await;
    let text = asked.text().await.unwrap();
    assert!(text.contains("Create GitHub App"), "{text}");
    let state = action.split_once("state=").unwrap().1;
    let decided = click(
        format!("{github}/settings/apps/new/decide"),
        form(&[("manifest", &manifest), ("state", state)]),
    )
    .await;
    let back = decided.headers()["location"].to_str().unwrap();
    let back = back.strip_prefix("http://localhost:8787").unwrap();

    let other = world.send("GET", back, "", &[], None).await;
    assert_eq!(other.status, 400, "another browser learns nothing");
    for words in ["Delete that App", "/setup?again=yes"] {
        assert!(other.text.contains(words), "{}", other.text);
    }
    let shown = world.send("GET", back, &page.cookie(), &[], None).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert_eq!(shown.header("cache-control"), "no-store");
    for part in [
        "npx wrangler secret put GITHUB_APP_CLIENT_SECRET",
        "npx wrangler secret put GITHUB_WEBHOOK_SECRET",
        "npx wrangler secret put GITHUB_APP_PRIVATE_KEY",
        "-----BEGIN RSA PRIVATE KEY-----",
        "GITHUB_APP_SLUG = &quot;hedgerow&quot;",
        "/apps/hedgerow/installations/new",
    ] {
        assert!(shown.text.contains(part), "{part}: {}", shown.text);
    }
    let again = world.send("GET", back, &page.cookie(), &[], None).await;
    assert_eq!(again.status, 400, "once");

    // What is shown works: the operator stores it, and people sign in.
    let secret = between(
        &shown.text,
        "put GITHUB_APP_CLIENT_SECRET</pre><pre>",
        "</pre>",
    )
    .to_owned();
    let client_id = between(&shown.text, "GITHUB_APP_CLIENT_ID = &quot;", "&quot;").to_owned();
    world.host.configure(|config| {
        config.app = Some(edge_worker::config::App {
            id: String::new(),
            slug: String::new(),
            client_id,
            client_secret: edge_worker::Secret::new(secret),
            private_key: None,
        });
    });
    let ada = world.sign_in_with_app("ada").await;
    assert_eq!(ada.get("/api/session").await.body["user"]["login"], "ada");
    let configured = world.send("GET", "/setup", "", &[], None).await;
    assert!(configured.text.contains("A GitHub App is configured"));
}

#[tokio::test]
async fn where_github_has_no_address_the_set_up_says_so_and_leads_nowhere() {
    for address in ["", "github.com", "javascript:alert(1)"] {
        let world = World::new();
        world.host.configure(|config| {
            config.app = None;
            config.github_url = address.to_owned();
        });
        let page = world.send("GET", "/setup", "", &[], None).await;
        assert_eq!(page.status, 500, "{page:?}");
        assert!(page.text.contains("<code>GITHUB_URL</code>"), "{page:?}");
        assert!(!page.text.contains("<form"), "{page:?}");
    }
}
