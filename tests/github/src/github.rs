//! The one thing that everything shares: state, repositories on disk, faults, and the record of requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use axum::http::HeaderMap;
use serde_json::Value;
use time::OffsetDateTime;
use tokio::sync::Notify;

use crate::app::Apps;
use crate::delays::Delays;
use crate::git::{Push, Repo, RepoError};
use crate::state::{
    Contents, Grant, Installation, Ledger, Permission, Reach, Repository, Seed, State, Token,
    TokenKind, User, UserKind, seeds,
};
use crate::traffic::{Fault, OpenApi, RecordedRequest, Violation};
use crate::transport::install_hook;
use crate::web::{Meter, Viewer, bearer};
use crate::webhook::Hooks;

/// When the seeded commits were made, so that their ids never change.
const SEEDED_AT_S: i64 = 1_767_225_600;

pub(crate) struct GitHub {
    /// Where the stand-in answers, without a slash at the end.
    pub url: String,
    pub meter: Meter,
    pub apps: Apps,
    root: PathBuf,
    seed: Seed,
    state: RwLock<State>,
    faults: Mutex<Vec<Fault>>,
    /// Tells requests that a fault delays to go on.
    pub released: Notify,
    pub delays: Delays,
    requests: Mutex<Vec<RecordedRequest>>,
    recorded: AtomicU64,
    ledgers: Mutex<()>,
    /// GitHub's description, if exchanges are held against it.
    pub openapi: Option<Arc<OpenApi>>,
    violations: Mutex<Vec<Violation>>,
    documents: Option<PathBuf>,
    pub hooks: Hooks,
}

impl GitHub {
    /// Opens what `root` holds and seeds what it lacks.
    pub fn open(
        url: String,
        root: PathBuf,
        seed: Seed,
        openapi: Option<Arc<OpenApi>>,
        documents: Option<PathBuf>,
    ) -> Result<Self, RepoError> {
        // Git is run inside the repositories, where a relative path would mean something else.
        let root = std::path::absolute(root)?;
        let github = GitHub {
            url,
            meter: Meter::default(),
            apps: Apps::default(),
            root,
            seed,
            state: RwLock::default(),
            faults: Mutex::default(),
            released: Notify::new(),
            delays: Delays::default(),
            requests: Mutex::default(),
            recorded: AtomicU64::default(),
            ledgers: Mutex::default(),
            openapi,
            violations: Mutex::default(),
            documents,
            hooks: Hooks::default(),
        };
        github.load()?;
        Ok(github)
    }

    fn load(&self) -> Result<(), RepoError> {
        let (mut state, seeded) = seeds(self.seed);
        fs::create_dir_all(&self.root)?;
        install_hook(&self.hooks())?;
        state.repositories = stored_repositories(&self.root)?;
        *self.write() = state;
        for (repository, contents) in seeded {
            if self.repo(&repository.full_name()).is_err() {
                self.add(repository, contents)?;
            }
        }
        Ok(())
    }

    /// Returns where git finds the hooks of every repository.
    pub fn hooks(&self) -> PathBuf {
        self.root.join(".hooks")
    }

    /// Throws every change away.
    pub fn reset(&self) -> Result<(), RepoError> {
        self.faults().clear();
        self.requests().clear();
        self.meter.reset();
        self.apps.reset();
        self.hooks.reset();
        for repository in &self.state().repositories {
            let repo = Repo::new(repository.clone(), &self.root);
            fs::remove_dir_all(repo.path())?;
            fs::remove_file(repo.path().with_extension("json"))?;
        }
        self.load()
    }

    /// Adds a repository with its first commit, or without any.
    pub fn add(&self, repository: Repository, contents: Contents) -> Result<Repo, RepoError> {
        let repo = Repo::new(repository.clone(), &self.root);
        repo.create()?;
        if let Some(files) = contents
            && repo.head(&repository.default_branch).is_none()
        {
            let person = crate::git::commit::Person {
                seconds: SEEDED_AT_S,
                ..crate::git::commit::Person::now("Ada Admin", "1001+ada@users.noreply.github.com")
            };
            repo.push_as(&person, &repository.default_branch, files, "Initial commit")?;
        }
        self.change(repository)?;
        Ok(repo)
    }

    /// Writes a repository's settings down.
    pub fn change(&self, repository: Repository) -> Result<(), RepoError> {
        let repo = Repo::new(repository.clone(), &self.root);
        let json = serde_json::to_vec_pretty(&repository).map_err(std::io::Error::other)?;
        fs::write(repo.path().with_extension("json"), json)?;
        let mut state = self.write();
        state.repositories.retain(|known| known.id != repository.id);
        state.repositories.push(repository);
        state.repositories.sort_by_key(|known| known.id);
        Ok(())
    }

    /// Lets somebody fork a repository: theirs begins with its branches.
    pub fn fork(&self, repo: &Repo, owner: &str) -> Result<Repo, RepoError> {
        let settings = &repo.settings;
        let last = self.state().repositories.last().map_or(501, |last| last.id);
        let permissions = [(owner.to_owned(), Permission::Admin)];
        let fork = Repository {
            id: last + 1,
            owner: owner.to_owned(),
            name: settings.name.clone(),
            private: settings.private,
            default_branch: settings.default_branch.clone(),
            permissions: permissions.into(),
            fork_of: Some(settings.id),
            ..Repository::default()
        };
        let fork = self.add(fork, None)?;
        let from = repo.path().to_string_lossy().into_owned();
        fork.git(&["fetch", "--quiet", &from, "+refs/heads/*:refs/heads/*"])?;
        Ok(fork)
    }

    /// Throws a repository away.
    pub fn remove(&self, repo: &Repo) -> Result<(), RepoError> {
        self.write()
            .repositories
            .retain(|known| known.id != repo.settings.id);
        fs::remove_dir_all(repo.path())?;
        fs::remove_file(repo.path().with_extension("json"))?;
        Ok(())
    }

    /// Adds an account, in the place of one with the same number.
    pub fn add_user(&self, user: User) {
        let mut state = self.write();
        state.users.retain(|known| known.id != user.id);
        state.users.push(user);
    }

    /// Gives a repository another name; the old one leads here from now on.
    pub fn rename(&self, repository: &Repository, name: &str) -> Result<Repo, RepoError> {
        let old = Repo::new(repository.clone(), &self.root);
        let mut renamed = repository.clone();
        renamed.former_names.push(repository.full_name());
        renamed.name = name.to_owned();
        renamed
            .former_names
            .retain(|former| !former.eq_ignore_ascii_case(&format!("{}/{name}", renamed.owner)));
        let new = Repo::new(renamed.clone(), &self.root);
        if self.repo(&renamed.full_name()).is_ok() {
            return Err(RepoError::NameTaken(renamed.full_name()));
        }
        fs::rename(old.path(), new.path())?;
        fs::remove_file(old.path().with_extension("json"))?;
        self.change(renamed)?;
        Ok(new)
    }

    /// Gives a branch another name. Pull requests go with it, and so does being the default branch; git, GraphQL and
    /// references know it only by the new name.
    pub fn rename_branch(&self, repo: &Repo, from: &str, to: &str) -> Result<(), RepoError> {
        repo.branch(to, &format!("refs/heads/{from}"))?;
        self.ledger(repo, |ledger| {
            for pull in &mut ledger.pulls {
                if pull.base == from {
                    pull.base = to.to_owned();
                }
                if pull.head_repository.is_none() && pull.head == from {
                    pull.head = to.to_owned();
                }
            }
        })?;
        let mut settings = repo.settings.clone();
        for now in settings.former_branches.values_mut() {
            if now == from {
                *now = to.to_owned();
            }
        }
        settings.former_branches.remove(to);
        settings
            .former_branches
            .insert(from.to_owned(), to.to_owned());
        if settings.default_branch == from {
            settings.default_branch = to.to_owned();
            repo.git(&["symbolic-ref", "HEAD", &format!("refs/heads/{to}")])?;
        }
        self.change(settings)?;
        repo.delete_branch(from)
    }

    /// Reads and writes what a repository has beside settings and objects, one caller at a time.
    pub fn ledger<T>(
        &self,
        repo: &Repo,
        work: impl FnOnce(&mut Ledger) -> T,
    ) -> Result<T, RepoError> {
        let _turn = self.ledgers.lock().unwrap_or_else(PoisonError::into_inner);
        let before = Ledger::load(repo.path())?;
        let mut ledger = before.clone();
        let done = work(&mut ledger);
        if ledger != before {
            ledger.save(repo.path())?;
        }
        Ok(done)
    }

    /// Adds a repository without a commit, or changes those settings of one that are given. `full_name` says which.
    pub fn configure(&self, given: Value) -> Result<(), RepoError> {
        let full_name = given["full_name"].as_str().unwrap_or_default().to_owned();
        let (owner, name) = full_name
            .split_once('/')
            .ok_or_else(|| RepoError::UnknownRepository(full_name.clone()))?;
        let known = self.repo(&full_name).map(|repo| repo.settings);
        let is_new = known.is_err();
        let settings = known.unwrap_or_else(|_| Repository {
            id: self
                .state()
                .repositories
                .last()
                .map_or(501, |last| last.id + 1),
            owner: owner.to_owned(),
            name: name.to_owned(),
            default_branch: "main".to_owned(),
            ..Repository::default()
        });
        let mut merged = serde_json::to_value(settings).map_err(std::io::Error::other)?;
        if let (Some(merged), Some(given)) = (merged.as_object_mut(), given.as_object()) {
            let fields = given.iter().filter(|(name, _)| *name != "full_name");
            merged.extend(fields.map(|(name, value)| (name.clone(), value.clone())));
        }
        let settings: Repository = serde_json::from_value(merged).map_err(std::io::Error::other)?;
        match is_new {
            true => self.add(settings, None).map(|_| ()),
            false => self.change(settings),
        }
    }

    /// Returns the repository that had this name before it was renamed.
    pub fn renamed(&self, full_name: &str) -> Option<Repo> {
        let repository = self.state().renamed(full_name).cloned()?;
        Some(Repo::new(repository, &self.root))
    }

    /// Returns the repository with this number.
    pub fn repo_by_id(&self, id: u64) -> Option<Repo> {
        let state = self.state();
        let mut all = state.repositories.into_iter();
        let repository = all.find(|repository| repository.id == id)?;
        Some(Repo::new(repository, &self.root))
    }

    /// Returns the repository of that name, for any caller.
    pub fn repo(&self, full_name: &str) -> Result<Repo, RepoError> {
        let state = self.state();
        let repository = state.repository(full_name).cloned();
        match repository {
            Some(repository) => Ok(Repo::new(repository, &self.root)),
            None => Err(RepoError::UnknownRepository(full_name.to_owned())),
        }
    }

    /// Returns every repository that the caller may see, with how far the token reaches there.
    pub fn visible(&self, viewer: &Viewer) -> Vec<(Repo, Reach)> {
        let state = self.state();
        let seen = state.repositories.iter().filter_map(|repository| {
            let reach = state.reach(viewer.grant.as_ref(), repository)?;
            Some((Repo::new(repository.clone(), &self.root), reach))
        });
        seen.collect()
    }

    /// Returns every repository.
    pub fn repos(&self) -> Vec<Repo> {
        let repositories = self.state().repositories.into_iter();
        repositories
            .map(|repository| Repo::new(repository, &self.root))
            .collect()
    }

    /// Returns how far the caller reaches into one repository; nothing if it may not be seen.
    pub fn reach(&self, viewer: &Viewer, repository: &Repository) -> Option<Reach> {
        self.state().reach(viewer.grant.as_ref(), repository)
    }

    /// Commits as somebody else.
    pub fn push(&self, push: Push) -> Result<String, RepoError> {
        let repo = self.repo(&push.repository)?;
        repo.push(&push.branch, push.files, &push.message)
    }

    /// Returns whose token the request carries; nobody for none, and for one that is unknown or has expired.
    pub fn viewer(&self, headers: &HeaderMap) -> Viewer {
        let state = self.state();
        let now_s = OffsetDateTime::now_utc().unix_timestamp();
        let grant = bearer(headers).and_then(|token| state.grant(&token, now_s).cloned());
        let user = grant.as_ref().map(|grant| match state.user(&grant.login) {
            Some(user) => user.clone(),
            // An App's bot has no account of its own here.
            None => User {
                id: 2000,
                login: grant.login.clone(),
                name: grant.login.clone(),
                kind: UserKind::Person,
            },
        });
        let next_ids = headers.get("x-github-next-global-id");
        Viewer {
            user,
            grant,
            asks_for_next_ids: next_ids.is_some_and(|value| value == "1"),
        }
    }

    /// Adds a token, in the place of one with the same secret.
    pub fn add_token(&self, grant: Grant) {
        let mut state = self.write();
        state.tokens.retain(|known| known.token != grant.token);
        state.tokens.push(grant);
    }

    /// What the tokens of installations may do, the newest last.
    pub fn installation_tokens(&self) -> Vec<TokenKind> {
        let tokens = self.state().tokens.into_iter().map(|grant| grant.kind);
        tokens
            .filter(|kind| matches!(kind, TokenKind::Installation { .. }))
            .collect()
    }

    /// Takes a token back.
    pub fn remove_token(&self, token: &Token) {
        self.write().tokens.retain(|known| known.token != *token);
    }

    /// Returns where Apps are installed.
    pub fn installations(&self) -> Vec<Installation> {
        self.state().installations
    }

    /// Installs an App, in the place of an installation with the same number.
    pub fn install(&self, installation: Installation) {
        let mut state = self.write();
        state
            .installations
            .retain(|known| known.id != installation.id);
        state.installations.push(installation);
    }

    /// Lets an organization want single sign-on, or stops that.
    pub fn require_sso(&self, organization: &str, wanted: bool) {
        let mut state = self.write();
        match wanted {
            true => state.sso.insert(organization.to_owned()),
            false => state.sso.remove(organization),
        };
    }

    pub fn user(&self, login: &str) -> Option<User> {
        self.state().user(login).cloned()
    }

    /// Returns the account that an address in a commit belongs to.
    pub fn user_of_address(&self, email: &[u8]) -> Option<User> {
        let email = String::from_utf8_lossy(email);
        let name = email.strip_suffix("@users.noreply.github.com")?;
        self.user(name.split_once('+')?.1)
    }

    pub fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn requests(&self) -> MutexGuard<'_, Vec<RecordedRequest>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down a GraphQL request of the Worker, once for each document, to be held against GitHub's schema later.
    pub fn keep_document(&self, document: &str, request: &[u8]) {
        let Some(directory) = &self.documents else {
            return;
        };
        let name = git2::Oid::hash_object(git2::ObjectType::Blob, document.as_bytes());
        if let Ok(name) = name {
            let path = directory.join(format!("{name}.json"));
            // Several tests may write the same; what cannot be written is missed at the check.
            if !path.exists() {
                let _ = fs::create_dir_all(directory).and_then(|()| fs::write(path, request));
            }
        }
    }

    /// Keeps what GitHub's description says against an exchange.
    pub fn violated(&self, problems: Vec<Violation>) {
        self.violations_kept().extend(problems);
    }

    /// Returns what was kept.
    pub fn violations(&self) -> Vec<Violation> {
        self.violations_kept().clone()
    }

    fn violations_kept(&self) -> MutexGuard<'_, Vec<Violation>> {
        self.violations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a request and returns its number.
    pub fn record(&self, mut request: RecordedRequest) -> u64 {
        let number = self.recorded.fetch_add(1, Ordering::Relaxed) + 1;
        request.number = number;
        self.requests().push(request);
        number
    }

    pub fn answered(&self, number: u64, status: u16) {
        let mut requests = self.requests();
        let request = requests
            .iter_mut()
            .rev()
            .find(|known| known.number == number);
        if let Some(request) = request {
            request.status = Some(status);
        }
    }

    fn state(&self) -> State {
        let state = self.state.read();
        state.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the settings that lie beside the bare repositories.
fn stored_repositories(root: &Path) -> Result<Vec<Repository>, RepoError> {
    let mut repositories = Vec::new();
    for owner in fs::read_dir(root)? {
        let owner = owner?.path();
        if !owner.is_dir() {
            continue;
        }
        for file in fs::read_dir(owner)? {
            let path = file?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                let repository = serde_json::from_slice(&fs::read(path)?);
                repositories.push(repository.map_err(std::io::Error::other)?);
            }
        }
    }
    repositories.sort_by_key(|repository: &Repository| repository.id);
    Ok(repositories)
}
