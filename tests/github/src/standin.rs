//! The stand-in as tests and the binary hold it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::APP_ID;
use crate::delays::Delays;
use crate::git::{Files, Repo, RepoError};
use crate::github::GitHub;
use crate::graphql;
use crate::rest;
use crate::server;
use crate::state::{Grant, Installation, Permissions, Repository, Seed, TokenKind, User};
use crate::traffic::{Fault, OpenApi, OpenApiError, RecordedRequest, Violation, beside_checkout};
use crate::web::Limits;
use crate::webhook::{HookConfig, emit, hook_app, look};

/// How soon webhooks tell what was done to a repository directly.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Where to listen, and what to hold.
#[derive(Clone, Debug)]
pub struct StandinOptions {
    /// A loopback address; port 0 takes a free one.
    pub addr: SocketAddr,
    /// Where repositories live; a directory that goes away with the stand-in if not given.
    pub data_dir: Option<PathBuf>,
    /// What to start with.
    pub seed: Seed,
    /// The stand-in's name for itself in links, if it is not `http://{addr}`.
    pub url: Option<String>,
    /// GitHub's OpenAPI description, to hold every REST exchange against; what does not fit is in
    /// [`Standin::violations`].
    pub openapi: Option<PathBuf>,
    /// Where to write down what the Worker asks in GraphQL, a file a document.
    pub documents: Option<PathBuf>,
}

impl Default for StandinOptions {
    fn default() -> Self {
        StandinOptions {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data_dir: None,
            seed: Seed::Default,
            url: None,
            openapi: None,
            documents: None,
        }
    }
}

impl StandinOptions {
    /// What tests start with: every REST exchange is held against GitHub's own description, where the fixtures lie
    /// beside this checkout.
    pub fn checked() -> Self {
        StandinOptions {
            openapi: beside_checkout(),
            ..StandinOptions::default()
        }
    }
}

/// Says why the stand-in cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The stand-in's tokens are public, so nobody else may reach it.
    #[error("address {0} is not a loopback address")]
    NotLoopback(SocketAddr),
    /// Somebody else listens there.
    #[error("port {0} is in use: stop what listens there, or choose another port")]
    PortInUse(u16),
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}: {source}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The data directory cannot be used.
    #[error("cannot prepare the repositories: {0}")]
    Data(#[from] RepoError),
    /// GitHub's description cannot be used.
    #[error(transparent)]
    OpenApi(#[from] OpenApiError),
    /// The system refuses threads or temporary files.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The secrets that a stand-in knows: it tells whether a text holds one, and shows none.
#[derive(Clone)]
pub struct Secrets(Arc<GitHub>);

impl Secrets {
    /// Tells whether a text holds a token, a code or a secret: one from the start, or one that was given out.
    pub fn are_in(&self, text: &str) -> bool {
        let from_the_start = ["standin-admin", "standin-reader", "standin-outsider"];
        from_the_start.iter().any(|token| text.contains(token)) || self.0.apps.leaks(text)
    }
}

/// A running stand-in. It has threads of its own, so that it outlives a test's runtime and never waits for it.
pub struct Standin {
    github: Arc<GitHub>,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
    runtime: Option<Runtime>,
    _temporary: Option<TempDir>,
}

impl Standin {
    /// Starts; when this returns, requests are answered.
    pub fn start(options: StandinOptions) -> Result<Self, StartError> {
        let listener = listen(options.addr)?;
        let addr = listener.local_addr()?;
        let temporary = match options.data_dir {
            Some(_) => None,
            None => Some(tempfile::tempdir()?),
        };
        let root = match (&options.data_dir, &temporary) {
            (None, Some(temporary)) => temporary.path().to_owned(),
            (root, _) => root.clone().unwrap_or_default(),
        };
        let openapi = options.openapi.as_deref().map(OpenApi::load).transpose()?;
        let url = options.url.unwrap_or_else(|| format!("http://{addr}"));
        let github = Arc::new(GitHub::open(
            url,
            root,
            options.seed,
            openapi,
            options.documents,
        )?);

        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let listener = {
            let _guard = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        // Set once: a stand-in has one runtime.
        let _ = github.hooks.runtime.set(runtime.handle().clone());
        let watched = github.clone();
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                look(&watched, None);
            }
        });
        let router = server::router(github.clone());
        let server = runtime.spawn(server::serve(listener, github.clone(), router, stopped));
        Ok(Standin {
            github,
            stop: Some(stop),
            server: Some(server),
            runtime: Some(runtime),
            _temporary: temporary,
        })
    }

    /// Returns the address of REST; GraphQL is at `/graphql`, repositories at `/{owner}/{name}.git`.
    pub fn url(&self) -> &str {
        &self.github.url
    }

    /// Returns the GraphQL schema that is served, in GraphQL's own language.
    pub fn graphql_schema() -> String {
        graphql::sdl()
    }

    /// Returns the repository `owner/name`.
    pub fn repo(&self, full_name: &str) -> Result<Repo, RepoError> {
        self.github.repo(full_name)
    }

    /// Adds a repository, with `files` as its first commit or without any commit.
    pub fn add_repository(
        &self,
        repository: Repository,
        files: Option<Files>,
    ) -> Result<Repo, RepoError> {
        self.github.add(repository, files)
    }

    /// Changes a repository's settings: roles, rules, archived or not.
    pub fn change_repository(
        &self,
        full_name: &str,
        change: impl FnOnce(&mut Repository),
    ) -> Result<(), RepoError> {
        let mut settings = self.github.repo(full_name)?.settings;
        change(&mut settings);
        self.github.change(settings)
    }

    /// Adds an account, in the place of one with the same number.
    pub fn add_user(&self, user: User) {
        self.github.add_user(user);
    }

    /// What the tokens of installations that were made may do, the newest last.
    pub fn installation_tokens(&self) -> Vec<TokenKind> {
        self.github.installation_tokens()
    }

    /// Adds a token, in the place of one with the same secret.
    pub fn add_token(&self, grant: Grant) {
        self.github.add_token(grant);
    }

    /// Installs an App, in the place of an installation with the same number.
    pub fn install(&self, installation: Installation) {
        self.github.install(installation);
    }

    /// Registers the App that is there from the start with other permissions and events.
    pub fn register_app(&self, permissions: Permissions, events: &[&str]) {
        self.github.apps.change(APP_ID, |app| {
            app.permissions = permissions;
            app.events = events.iter().map(|event| (*event).to_owned()).collect();
        });
    }

    /// Lets every delivery so far have been made so much earlier.
    pub fn age_deliveries(&self, seconds: i64) {
        for delivery in &mut self.github.hooks.lock().deliveries {
            delivery.delivered_at_s -= seconds;
        }
    }

    /// Tells the App's webhook where to go; only addresses of this machine are taken.
    pub fn app_hook(&self, config: HookConfig) -> bool {
        hook_app(&self.github, config)
    }

    /// Sends the App an event as it is given.
    pub fn emit(&self, event: &str, payload: Value) {
        emit(&self.github, event, payload);
    }

    /// Sets a person's limits, and starts counting again.
    pub fn limit(&self, login: &str, limits: Limits) {
        self.github.meter.limit(login, limits);
    }

    /// Lets an organization want single sign-on, or stops that.
    pub fn require_sso(&self, organization: &str, wanted: bool) {
        self.github.require_sso(organization, wanted);
    }

    /// Gives a repository another name below the same owner; the old name leads there.
    pub fn rename_repository(&self, full_name: &str, name: &str) -> Result<Repo, RepoError> {
        let settings = self.github.repo(full_name)?.settings;
        self.github.rename(&settings, name)
    }

    /// Gives a branch another name, as its repository's owner does on GitHub.
    pub fn rename_branch(&self, full_name: &str, from: &str, to: &str) -> Result<(), RepoError> {
        self.github
            .rename_branch(&self.github.repo(full_name)?, from, to)
    }

    /// Lets somebody fork a repository, and returns theirs.
    pub fn fork(&self, full_name: &str, owner: &str) -> Result<Repo, RepoError> {
        self.github.fork(&self.github.repo(full_name)?, owner)
    }

    /// Merges a pull request as somebody who may pass every rule, and returns the merge commit.
    pub fn merge_pull_request(&self, full_name: &str, number: u64) -> Result<String, RepoError> {
        rest::merge_past_rules(&self.github, &self.github.repo(full_name)?, number)
    }

    /// Returns what finds this stand-in's secrets in texts.
    pub fn secrets(&self) -> Secrets {
        Secrets(self.github.clone())
    }

    /// Returns what tells which requests hang.
    pub fn delays(&self) -> Delays {
        self.github.delays.clone()
    }

    /// Lets something go wrong with the next matching requests.
    pub fn inject(&self, fault: Fault) {
        self.github.faults().push(fault);
    }

    /// Lets every answer go on that a fault's delay holds back at this moment.
    pub fn release(&self) {
        self.github.released.notify_waiters();
    }

    /// Forgets the faults that have not happened yet.
    pub fn forget_faults(&self) {
        self.github.faults().clear();
    }

    /// Returns every request since the last reset, oldest first.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.github.requests().clone()
    }

    /// Returns what GitHub's description forbids in the exchanges since the start. Empty if
    /// [`StandinOptions::openapi`] is not given.
    pub fn violations(&self) -> Vec<Violation> {
        self.github.violations()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.github.requests().clear();
    }

    /// Throws every change away and seeds again.
    pub fn reset(&self) -> Result<(), RepoError> {
        self.github.reset()
    }

    /// Stops, after the requests under way have been answered.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(server) = self.server.take() {
            let _ = server.await;
        }
    }
}

impl Drop for Standin {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn listen(addr: SocketAddr) -> Result<TcpListener, StartError> {
    if !addr.ip().is_loopback() {
        return Err(StartError::NotLoopback(addr));
    }
    let listener = TcpListener::bind(addr).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::PortInUse(addr.port()),
        _ => StartError::Listen { addr, source },
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
