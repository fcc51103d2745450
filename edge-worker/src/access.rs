//! Who may see a fabric's record.

use shared::api::{Permission, PermissionAnswer, SignInMethod};
use shared::fabric::FabricSpec;
use shared::names::{FabricId, RepoName};
use shared::record::{FabricRecord, HistoryEntry, Visibility};

use crate::api_error::ApiError;
use crate::draft::as_github_says;
use crate::github::app::installation_token;
use crate::github::visibility::{RepositoryVisibility, repository_visibility};
use crate::github::{Github, GithubError};
use crate::heard::Heard;
use crate::host::{Host, ObjectUnavailable};
use crate::objects::fabric::{FabricMessage, FabricReply, Intent, read_as};
use crate::objects::repository_facts::{ASKED_AGAIN_AFTER_MS, CONFIRMED_FOR_MS, REPEATED_AFTER_MS};
use crate::objects::{PublicCopy, ask};
use crate::repository_id::{RecordedRepository, RepositoryId};
use crate::request::Request;
use crate::session::{SignedIn, signed_in};
use crate::timestamp::rfc3339;
use crate::wire::permission;

/// A fabric as its object knows it.
pub(crate) struct Fabric {
    pub record: FabricRecord,
    /// GitHub's number of who created it.
    pub creator: u64,
    pub last: Option<HistoryEntry>,
    /// Operations whose outcome is not known yet.
    pub unsettled: Vec<Intent>,
    /// The repository, once known.
    pub repository: RecordedRepository,
    /// When GitHub last said who may see the repository, in milliseconds since 1970.
    pub confirmed_ms: Option<u64>,
    /// The version that it has in the backup which it was revived from, if nothing has changed it since.
    pub as_of: Option<u64>,
    /// What the write that is under way makes of it, where that is another name or directory.
    pub moves_to: Option<Box<FabricSpec>>,
}

impl Fabric {
    /// What is its own: where it is, and where it may turn out to be.
    pub(crate) fn places(&self) -> Vec<FabricSpec> {
        let moves = self.unsettled.iter();
        let moves = moves.filter(|intent| intent.is_unsettled_move());
        let moves = moves.filter_map(|intent| intent.becomes.as_deref());
        let moves = moves.chain(self.moves_to.as_deref()).cloned();
        let now = self.record.spec();
        let moves: Vec<_> = moves.filter(|place| *place != now).collect();
        std::iter::once(now).chain(moves).collect()
    }

    /// Tells whether `found`, which has the repository's name, is not the repository that the fabric was made for. A draft
    /// of which GitHub was never asked is of whichever has the name.
    pub(crate) fn is_of_another(&self, found: &RepositoryId) -> bool {
        let is_open = self.record.visibility == Visibility::Draft && self.repository.is_none();
        !is_open && !self.repository.is_same(&RecordedRepository::from(found))
    }

    /// Checks that the repository which has the name now is the one that the fabric was made for: a name that became free
    /// can be taken by anybody, who gets nothing of what was recorded under it.
    ///
    /// # Errors
    /// [`ApiError::NoFabric`] where it is another one.
    pub(crate) fn same_repository(&self, found: &RepositoryId) -> Result<(), ApiError> {
        match self.is_of_another(found) {
            true => Err(ApiError::NoFabric),
            false => Ok(()),
        }
    }
}

/// Asks a fabric's object; whether the person may see the answer is the caller's to check.
pub(crate) async fn load(host: &impl Host, id: &FabricId) -> Result<Fabric, ApiError> {
    known(host, id, false)
        .await?
        .fabric()
        .ok_or(ApiError::NoFabric)
}

/// What an object says of its fabric.
pub(crate) enum Known {
    Fabric(Box<Fabric>),
    /// There is none yet: a backup is about to bring it back.
    ComesBack,
    Unknown,
}

impl Known {
    /// The fabric, if there is one now.
    pub(crate) fn fabric(self) -> Option<Fabric> {
        match self {
            Self::Fabric(fabric) => Some(*fabric),
            Self::ComesBack | Self::Unknown => None,
        }
    }
}

/// As [`load`], for a backup that may be about to bring the fabric back (`restores`).
pub(crate) async fn known(
    host: &impl Host,
    id: &FabricId,
    restores: bool,
) -> Result<Known, ObjectUnavailable> {
    let now_ms = host.now_ms();
    let get = FabricMessage::Get {
        now_ms,
        restores,
        wanted: None,
        relist: false,
    };
    let reply = ask(host, id.as_str(), &get).await?;
    Ok(match reply {
        FabricReply::Record {
            record,
            creator,
            last,
            unsettled,
            repository,
            confirmed_ms,
            as_of,
            moves_to,
        } => Known::Fabric(Box::new(Fabric {
            record: *record,
            creator,
            last,
            unsettled,
            repository,
            confirmed_ms,
            as_of,
            moves_to,
        })),
        FabricReply::Busy => Known::ComesBack,
        _ => Known::Unknown,
    })
}

/// A fabric as the person who asks may read it.
pub(crate) struct Readable {
    pub record: FabricRecord,
    /// The last operation; only people who are signed in learn who did what.
    pub last: Option<HistoryEntry>,
    /// Who is signed in; none where everybody reads it.
    pub person: Option<SignedIn>,
    /// What GitHub said just now that this person may read, where not everybody may: of who may see it, and which repository
    /// it is of. Being signed in is no such right.
    pub reads: Option<String>,
}

/// Reads a fabric's record: from its object for people who are signed in, from the public copy for others.
///
/// # Errors
/// [`ApiError::NoFabric`] also where the person may not see the fabric: both answers are the same.
pub(crate) async fn readable(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Readable, ApiError> {
    let person = match signed_in(host, request).await {
        Ok(person) => person,
        Err(ApiError::SignedOut) => {
            return Ok(Readable {
                record: public_copy(host, id).await?,
                last: None,
                person: None,
                reads: None,
            });
        }
        Err(error) => return Err(error),
    };
    let fabric = require_read(host, &person, load(host, id).await?).await?;
    // What is not public was read because GitHub was asked, or it is the person's own draft.
    let reads = read_as(&fabric.record, fabric.repository.number);
    Ok(Readable {
        record: as_read(host, fabric.record),
        last: fabric.last,
        person: Some(person),
        reads,
    })
}

/// Checks that a person may read a fabric: drafts are their creator's, what GitHub said is public within the last hour is
/// everybody's, and for the rest GitHub is asked. What it said within a day is good while it cannot be asked.
///
/// # Errors
/// [`ApiError::NoFabric`] where the person may not read it.
pub(crate) async fn require_read(
    host: &impl Host,
    person: &SignedIn,
    mut fabric: Fabric,
) -> Result<Fabric, ApiError> {
    let is_confirmed = is_confirmed_public(host, &fabric);
    match fabric.record.visibility {
        Visibility::Draft if fabric.creator == person.user.id => {
            return Ok(Box::pin(as_github_says(host, person, fabric)).await);
        }
        Visibility::Draft => return Err(ApiError::NoFabric),
        _ if is_confirmed && !is_asked_again(host, fabric.confirmed_ms) => return Ok(fabric),
        Visibility::Public | Visibility::Private | Visibility::Other(_) => {}
    }
    let github = Github::new(host, &person.token);
    let access = match github
        .repository_access(&fabric.record.git_repository)
        .await
    {
        Err(GithubError::Unavailable { .. }) if is_confirmed => return Ok(fabric),
        // It is private by now, or the token may see less than everybody, or is of no use.
        Ok(None) | Err(_) if is_confirmed => {
            return match ask_visibility(host, &fabric, IfNotInstalled::AskAnyway).await {
                Asked::Saw(Visibility::Private | Visibility::Draft | Visibility::Other(_)) => {
                    Err(ApiError::NoFabric)
                }
                Asked::Saw(Visibility::Public) | Asked::Nobody | Asked::Later => Ok(fabric),
            };
        }
        access => access?.ok_or(ApiError::NoFabric)?,
    };
    fabric.same_repository(&access.repository)?;
    let record = &mut fabric.record;
    let visibility = if access.is_private {
        Visibility::Private
    } else {
        Visibility::Public
    };
    if visibility != record.visibility || visibility == Visibility::Public {
        keep_visibility(host, &record.id, visibility, Some(&access.repository)).await?;
        record.visibility = visibility;
    }
    Ok(fabric)
}

/// Checks that a person may push to a fabric's repository now, for what only looks: GitHub is asked for their role. Gives the
/// repository as GitHub identifies it; a draft has none yet.
///
/// # Errors
/// [`ApiError::NoFabric`] where the person cannot even see it.
pub(crate) async fn require_push_role(
    host: &impl Host,
    person: &SignedIn,
    fabric: &Fabric,
) -> Result<Option<RepositoryId>, ApiError> {
    let repo = &fabric.record.git_repository;
    if fabric.record.visibility == Visibility::Draft {
        return match fabric.creator == person.user.id {
            true => Ok(None),
            false => Err(ApiError::NoFabric),
        };
    }
    match Github::new(host, &person.token)
        .repository_access(repo)
        .await?
    {
        None => Err(ApiError::NoFabric),
        Some(access) if fabric.is_of_another(&access.repository) => Err(ApiError::NoFabric),
        Some(access) if !access.can_push => Err(ApiError::NoPush(repo.to_string())),
        Some(access) => Ok(Some(access.repository)),
    }
}

/// The same for what changes something: their token could write there, too.
///
/// # Errors
/// As [`require_push_role`], and what GitHub says of the token.
pub(crate) async fn require_push(
    host: &impl Host,
    person: &SignedIn,
    fabric: &Fabric,
) -> Result<Option<RepositoryId>, ApiError> {
    let repository = require_push_role(host, person, fabric).await?;
    if repository.is_some() {
        require_token_to_write(host, person, &fabric.record.git_repository).await?;
    }
    Ok(repository)
}

/// Checks that a person administers a fabric's repository now, with a token that could write there. Gives the repository as GitHub
/// identifies it.
///
/// # Errors
/// [`ApiError::NoFabric`] where the person cannot even see it, and [`ApiError::Draft`], which is of no repository yet.
pub(crate) async fn require_administrator(
    host: &impl Host,
    person: &SignedIn,
    fabric: &Fabric,
) -> Result<RepositoryId, ApiError> {
    let repo = &fabric.record.git_repository;
    if fabric.record.visibility == Visibility::Draft {
        return match fabric.creator == person.user.id {
            true => Err(ApiError::Draft),
            false => Err(ApiError::NoFabric),
        };
    }
    let github = Github::new(host, &person.token);
    let access = github.repository_access(repo).await?;
    let access = access.filter(|access| !fabric.is_of_another(&access.repository));
    let access = access.ok_or(ApiError::NoFabric)?;
    if !access.can_administer {
        return Err(ApiError::NoAdministrator(repo.to_string()));
    }
    require_token_to_write(host, person, repo).await?;
    Ok(access.repository)
}

/// Checks, for what a person may do who may push, and what writes nothing to GitHub, that their token could: a token that may only
/// read has the person's role. Who signed in through the App proved to GitHub who they are, and their role is enough.
pub(crate) async fn require_token_to_write(
    host: &impl Host,
    person: &SignedIn,
    repo: &RepoName,
) -> Result<(), ApiError> {
    if person.method == SignInMethod::App {
        return Ok(());
    }
    let github = Github::new(host, &person.token);
    Ok(github.require_token_to_write(repo).await?)
}

/// What a person may do in a fabric's repository now: GitHub is asked. Somebody who may read only what is public can do no more
/// where GitHub does not show them the repository.
///
/// # Errors
/// [`ApiError::NoFabric`] where the person may not see the fabric.
pub(crate) async fn permission_of(
    host: &impl Host,
    person: &SignedIn,
    fabric: &Fabric,
) -> Result<PermissionAnswer, ApiError> {
    let answer = |permission, archived| PermissionAnswer {
        permission,
        archived,
    };
    let is_draft = fabric.record.visibility == Visibility::Draft;
    if is_draft && fabric.creator != person.user.id {
        return Err(ApiError::NoFabric);
    }
    let github = Github::new(host, &person.token);
    let access = github
        .repository_access(&fabric.record.git_repository)
        .await?;
    let is_public = is_confirmed_public(host, fabric);
    match access.filter(|access| !fabric.is_of_another(&access.repository)) {
        Some(access) => Ok(answer(permission(access.can_push), access.is_archived)),
        // Their draft is told from one that is somebody else's.
        None if is_public || is_draft => Ok(answer(Permission::Read, false)),
        None => Err(ApiError::NoFabric),
    }
}

/// The record that everybody may read: GitHub said within a day that the repository is public, or says so now.
///
/// # Errors
/// [`ApiError::NoFabric`] where there is none, and [`ApiError::Unconfirmed`] while GitHub cannot be asked.
pub(crate) async fn public_copy(host: &impl Host, id: &FabricId) -> Result<FabricRecord, ApiError> {
    let record = confirmed_copy(host, id).await?;
    Ok(as_read(host, record))
}

/// A record as somebody reads it: what was checked long ago is not called current.
pub(crate) fn as_read(host: &impl Host, record: FabricRecord) -> FabricRecord {
    record.as_of(&oldest_current(host))
}

/// What was checked before this time is not called current.
pub(crate) fn oldest_current(host: &impl Host) -> String {
    let for_ms = host.config().stale_after_hours.saturating_mul(3_600_000);
    rfc3339(host.now_ms().saturating_sub(for_ms))
}

async fn confirmed_copy(host: &impl Host, id: &FabricId) -> Result<FabricRecord, ApiError> {
    // Copies from before stay until GitHub is asked about their repositories again.
    if !host.config().shows_public() {
        return Err(ApiError::NoFabric);
    }
    let text = host.public_copy(id.as_str()).await.inspect_err(|error| {
        let line = serde_json::json!({ "event": "copy_not_read", "fabric": id, "error": error.to_string() });
        host.log(&line.to_string());
    })?;
    let copy = text.and_then(|text| serde_json::from_str::<PublicCopy>(&text).ok());
    let mut copy = copy.ok_or(ApiError::NoFabric)?;
    // As whatever an object says is.
    copy.record.keep_links_to(&host.config().github_url);
    if copy.record.visibility != Visibility::Public {
        return Err(ApiError::NoFabric);
    }
    let now_ms = host.now_ms();
    // A copy that nobody confirmed comes from a backup: what was heard before says nothing of it.
    let heard = Heard::of(id).filter(|_| copy.confirmed_ms.is_some());
    let heard = heard.unwrap_or_default();
    let confirmed_ms = copy.confirmed_ms.max(heard.confirmed_ms);
    let is_confirmed = is_recent(host, confirmed_ms);
    // The App asks again sooner, since that costs nobody's limit.
    let may_ask_sooner = host.config().app.is_some()
        && is_asked_again(host, confirmed_ms)
        && heard.until_ms <= now_ms;
    if is_confirmed && !may_ask_sooner {
        return Ok(copy.record);
    }
    Heard::forget(id);
    // The copy is old; its object may know more.
    let fabric = match load(host, id).await {
        Err(ApiError::Storage(_)) if is_confirmed => return Ok(copy.record),
        fabric => fabric?,
    };
    if fabric.record.visibility != Visibility::Public {
        return Err(ApiError::NoFabric);
    }
    let is_known = is_recent(host, fabric.confirmed_ms);
    let asked = match is_known {
        true if !(may_ask_sooner && is_asked_again(host, fabric.confirmed_ms)) => Asked::Nobody,
        true => ask_visibility(host, &fabric, IfNotInstalled::Wait).await,
        false => ask_visibility(host, &fabric, IfNotInstalled::AskAnyway).await,
    };
    let (confirmed_ms, again_after_ms) = match asked {
        Asked::Saw(Visibility::Public) => (Some(now_ms), REPEATED_AFTER_MS),
        Asked::Saw(_) => return Err(ApiError::NoFabric),
        Asked::Nobody | Asked::Later if !is_known => {
            let since = fabric.confirmed_ms.map(rfc3339);
            let since = since.or(fabric.record.checked_at);
            return Err(ApiError::Unconfirmed(
                since.unwrap_or_else(|| rfc3339(now_ms)),
            ));
        }
        Asked::Nobody => (fabric.confirmed_ms, REPEATED_AFTER_MS),
        Asked::Later => (fabric.confirmed_ms, ASKED_AGAIN_AFTER_MS),
    };
    let heard = Heard {
        confirmed_ms,
        until_ms: now_ms + again_after_ms,
    };
    heard.keep(id);
    // What follows is read from the copy, too: it does not go back.
    Ok(copy.record)
}

/// What came of asking GitHub who may see a repository.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Saw(Visibility),
    /// Nobody can ask without a person, or nobody has to.
    Nobody,
    /// There was no answer, or somebody else asks at the moment.
    Later,
}

/// What to do where the App is not installed on a repository.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IfNotInstalled {
    /// Asks as anybody may, 60 times an hour.
    AskAnyway,
    Wait,
}

/// Asks GitHub who may see a fabric's repository, without a person and at most once a minute, and keeps the answer.
async fn ask_visibility(
    host: &impl Host,
    fabric: &Fabric,
    if_not_installed: IfNotInstalled,
) -> Asked {
    let record = &fabric.record;
    let now_ms = host.now_ms();
    let may_ask = ask(host, record.id.as_str(), &FabricMessage::MayAsk { now_ms }).await;
    if may_ask != Ok(FabricReply::Nothing) {
        return Asked::Later;
    }
    let repo = &record.git_repository;
    // Where the App is not installed, or its key is of no use, GitHub answers 60 questions an hour to anybody.
    let token = installation_token(host, repo, &[("metadata", "read")]).await;
    let is_later = matches!(&token, Err(error) if error.is_unreachable());
    let token = token.unwrap_or_default();
    if token.is_none() && if_not_installed == IfNotInstalled::Wait {
        return match is_later {
            true => Asked::Later,
            false => Asked::Nobody,
        };
    }
    let seen = match repository_visibility(host, repo, token.as_ref()).await {
        Ok(seen) => seen,
        Err(error) => {
            let line = serde_json::json!({ "event": "visibility_not_confirmed", "fabric": record.id, "error": error.to_string() });
            host.log(&line.to_string());
            return Asked::Later;
        }
    };
    let (visibility, repository) = match seen {
        // Another repository has the name now: what is known is about one that cannot be seen.
        RepositoryVisibility::Public(id) if fabric.is_of_another(&id) => {
            (Visibility::Private, None)
        }
        RepositoryVisibility::Public(id) => (Visibility::Public, Some(id)),
        RepositoryVisibility::Hidden => (Visibility::Private, None),
    };
    match keep_visibility(host, &record.id, visibility, repository.as_ref()).await {
        Ok(_) => Asked::Saw(visibility),
        Err(_) => Asked::Later,
    }
}

/// Keeps what GitHub said about who may see a fabric's repository, and when; gives the record as it is then.
///
/// # Errors
/// [`ApiError::NoFabric`] where the fabric is of another repository.
pub(crate) async fn keep_visibility(
    host: &impl Host,
    id: &FabricId,
    visibility: Visibility,
    repository: Option<&RepositoryId>,
) -> Result<Option<FabricRecord>, ApiError> {
    let message = FabricMessage::Confirm {
        visibility,
        repository: repository.map(RecordedRepository::from).unwrap_or_default(),
        now_ms: host.now_ms(),
    };
    match ask(host, id.as_str(), &message).await? {
        FabricReply::Unknown => Err(ApiError::NoFabric),
        FabricReply::Record { record, .. } => Ok(Some(*record)),
        _ => Ok(None),
    }
}

/// Whether what GitHub said is so long ago that it is asked again where that is cheap: by the App, and by whoever is signed
/// in.
fn is_asked_again(host: &impl Host, confirmed_ms: Option<u64>) -> bool {
    confirmed_ms.is_none_or(|confirmed_ms| confirmed_ms + REPEATED_AFTER_MS < host.now_ms())
}

/// Whether everybody may see a fabric, as far as GitHub said within a day.
pub(crate) fn is_confirmed_public(host: &impl Host, fabric: &Fabric) -> bool {
    fabric.record.visibility == Visibility::Public
        && host.config().shows_public()
        && is_recent(host, fabric.confirmed_ms)
}

fn is_recent(host: &impl Host, confirmed_ms: Option<u64>) -> bool {
    confirmed_ms.is_some_and(|confirmed_ms| host.now_ms() < confirmed_ms + CONFIRMED_FOR_MS)
}
