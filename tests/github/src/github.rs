//! The one thing that everything shares: state, repositories on disk, faults, and the record of requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use axum::http::HeaderMap;

use crate::git::{Push, Repo, RepoError};
use crate::state::{Contents, Repository, Seed, State, User, seeds};
use crate::traffic::{Fault, RecordedRequest};
use crate::transport::install_hook;
use crate::web::{Meter, bearer};

/// When the seeded commits were made, so that their ids never change.
const SEEDED_AT_S: i64 = 1_767_225_600;

pub(crate) struct GitHub {
    /// Where the stand-in answers, without a slash at the end.
    pub url: String,
    pub meter: Meter,
    root: PathBuf,
    seed: Seed,
    state: RwLock<State>,
    faults: Mutex<Vec<Fault>>,
    requests: Mutex<Vec<RecordedRequest>>,
    recorded: AtomicU64,
}

impl GitHub {
    /// Opens what `root` holds and seeds what it lacks.
    pub fn open(url: String, root: PathBuf, seed: Seed) -> Result<Self, RepoError> {
        // Git is run inside the repositories, where a relative path would mean something else.
        let root = std::path::absolute(root)?;
        let github = GitHub {
            url,
            meter: Meter::default(),
            root,
            seed,
            state: RwLock::default(),
            faults: Mutex::default(),
            requests: Mutex::default(),
            recorded: AtomicU64::default(),
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

    /// Returns the repository of that name, whoever asks.
    pub fn repo(&self, full_name: &str) -> Result<Repo, RepoError> {
        let state = self.state();
        let repository = state.repository(full_name).cloned();
        match repository {
            Some(repository) => Ok(Repo::new(repository, &self.root)),
            None => Err(RepoError::UnknownRepository(full_name.to_owned())),
        }
    }

    /// Returns every repository that `login` may see.
    pub fn visible(&self, login: Option<&str>) -> Vec<Repo> {
        let state = self.state();
        let seen = state
            .repositories
            .iter()
            .filter(|repository| repository.permission_of(login).is_some());
        seen.map(|repository| Repo::new(repository.clone(), &self.root))
            .collect()
    }

    /// Commits as somebody else.
    pub fn push(&self, push: Push) -> Result<String, RepoError> {
        let repo = self.repo(&push.repository)?;
        repo.push(&push.branch, push.files, &push.message)
    }

    /// Returns whose token the request carries.
    pub fn caller(&self, headers: &HeaderMap) -> Option<User> {
        let token = bearer(headers)?;
        self.state().owner_of(&token).cloned()
    }

    pub fn user(&self, login: &str) -> Option<User> {
        self.state().user(login).cloned()
    }

    pub fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn requests(&self) -> MutexGuard<'_, Vec<RecordedRequest>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
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
