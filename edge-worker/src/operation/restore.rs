//! Putting a line of a backup back: a merge with what is known, after which a fabric's claims are those of its record.

use shared::fabric::FabricSpec;
use shared::names::FabricId;
use shared::record::DirectoryStatus;

use super::claim::{change_recorded, claims_follow};
use crate::access::{Fabric, known};
use crate::api_error::ApiError;
use crate::host::{Host, ObjectUnavailable};
use crate::objects::ask;
use crate::objects::fabric::{
    BackupLine, FabricBackup, FabricMessage, FabricReply, Takes, Tombstone, is_later,
};
use crate::objects::index::{self, IndexMessage, IndexReply};
use crate::objects::repository::{
    Claim, Ground, PreviousClaim, RepositoryMessage, RepositoryReply,
};
use crate::repository_id::RecordedRepository;
use crate::timestamp::rfc3339;

/// Whether a fabric that was forgotten comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfForgotten {
    Skip,
    Revive,
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LineOutcome {
    PutBack,
    /// It is known as it is, or as it became later.
    Unchanged,
    /// Its fabric is forgotten; when that was.
    Forgotten(String),
    /// It cannot be put back, and why.
    Refused(String),
}

/// Merges a line of a backup into what is known of its fabric.
pub(crate) async fn restore(
    host: &impl Host,
    id: FabricId,
    line: BackupLine,
    if_forgotten: IfForgotten,
) -> Result<LineOutcome, ApiError> {
    let restoring = Restoring {
        host,
        id,
        revives: if_forgotten == IfForgotten::Revive,
    };
    match line {
        BackupLine::Fabric(mut fabric) => {
            fabric.record.keep_links_to(&host.config().github_url);
            restoring.put_back(fabric).await
        }
        BackupLine::Forgotten(tombstone) => restoring.forget(tombstone).await,
        BackupLine::Unreadable(_) => Ok(LineOutcome::Refused(restoring.is_of_another_version())),
    }
}

struct Restoring<'a, H> {
    host: &'a H,
    id: FabricId,
    revives: bool,
}

impl<H: Host> Restoring<'_, H> {
    /// The place of a record that is put back is reserved before; until then a fabric that comes back counts as one that
    /// exists, so that nobody else gets the place. An older line only claims again what is missing.
    async fn put_back(&self, fabric: Box<FabricBackup>) -> Result<LineOutcome, ApiError> {
        let before = known(self.host, &self.id, true).await?.fabric();
        let (forgotten, at_ms) = match before {
            Some(_) => (None, None),
            None => self.forgotten().await?,
        };
        let line = fabric.record.version;
        let takes_record = match &before {
            Some(known) => is_later(line, (known.record.version, known.as_of), self.revives),
            None => self.revives || forgotten.is_none_or(|forgotten| forgotten < line),
        };
        let is_being_written = before.as_ref().is_some_and(is_being_written);
        let (repository, place) = (fabric.repository.clone(), fabric.record.spec());
        let mut takes = match &before {
            Some(_) if !takes_record || is_being_written => Takes::AllButRecord,
            None if !takes_record => Takes::Revocations,
            _ => Takes::Everything,
        };
        let mut refused = None;
        if takes == Takes::Everything {
            let ground = ground(before.as_ref(), &place);
            let reply = self.reserve(&repository, &place, ground).await?;
            refused = refusal(reply);
        }
        if refused.is_some() {
            takes = Takes::Revocations;
        }
        let reply = self.import(BackupLine::Fabric(fabric), forgotten, takes);
        let reply = reply.await?;
        if let Some(why) = refused {
            return Ok(LineOutcome::Refused(why));
        }
        if takes == Takes::Revocations {
            return Ok(LineOutcome::Forgotten(self.was_forgotten(at_ms)));
        }
        let is_put_back = reply == FabricReply::Nothing;
        let mut left = Vec::new();
        if takes == Takes::Everything {
            left.push(place);
        }
        if let Some(before) = before.filter(|_| is_put_back) {
            left.extend(before.places());
        }
        let (now, refused) = claims_follow(
            self.host,
            &repository,
            &self.id,
            (left, PreviousClaim::Keep),
        )
        .await?;
        let refused = refused.and_then(refusal);
        let is_left_out = |now: &Fabric| {
            takes_record && is_later(line, (now.record.version, now.as_of), self.revives)
        };
        Ok(match (now, refused) {
            (None, _) => LineOutcome::Forgotten(self.was_forgotten(None)),
            (Some(_), Some(why)) if is_put_back => {
                LineOutcome::Refused(self.is_elsewhere_too(&why))
            }
            (Some(_), _) if is_put_back => LineOutcome::PutBack,
            (Some(now), _) if is_left_out(&now) => LineOutcome::Refused(self.is_written()),
            _ => LineOutcome::Unchanged,
        })
    }

    /// Forgets what was forgotten after it was as it is here.
    async fn forget(&self, tombstone: Tombstone) -> Result<LineOutcome, ApiError> {
        let before = known(self.host, &self.id, false).await?.fabric();
        let (version, at_ms) = (tombstone.version, tombstone.forgotten_ms);
        let line = BackupLine::Forgotten(tombstone);
        let reply = self.import(line, None, Takes::Everything).await?;
        Ok(match reply {
            FabricReply::Nothing => LineOutcome::PutBack,
            FabricReply::Unknown => {
                if let Some(before) = before {
                    claims_follow(
                        self.host,
                        &before.repository,
                        &self.id,
                        (Vec::new(), PreviousClaim::Keep),
                    )
                    .await?;
                }
                LineOutcome::Forgotten(self.was_forgotten(at_ms))
            }
            _ => match known(self.host, &self.id, false).await?.fabric() {
                Some(now) if now.record.version <= version => {
                    LineOutcome::Refused(self.is_written())
                }
                _ => LineOutcome::Unchanged,
            },
        })
    }

    /// Which version the fabric had when it was forgotten, and when that was.
    async fn forgotten(&self) -> Result<(Option<u64>, Option<u64>), ObjectUnavailable> {
        let fabric = self.id.clone();
        let question = IndexMessage::Forgotten { fabric };
        Ok(match ask(self.host, index::NAME, &question).await? {
            IndexReply::Forgotten { version, at_ms } => (Some(version), at_ms),
            _ => (None, None),
        })
    }

    async fn import(
        &self,
        line: BackupLine,
        forgotten: Option<u64>,
        takes: Takes,
    ) -> Result<FabricReply, ObjectUnavailable> {
        let import = FabricMessage::Import {
            id: Some(self.id.clone()).filter(|_| matches!(line, BackupLine::Forgotten(_))),
            line,
            forgotten,
            revives: self.revives,
            takes,
            now_ms: self.host.now_ms(),
        };
        ask(self.host, self.id.as_str(), &import).await
    }

    /// Reserves a place and a name besides what the fabric has, where the repository is known.
    async fn reserve(
        &self,
        repository: &RecordedRepository,
        place: &FabricSpec,
        ground: Ground,
    ) -> Result<RepositoryReply, ObjectUnavailable> {
        let claim = RepositoryMessage::Claim {
            claim: Claim::of(&self.id, place),
            previous: PreviousClaim::Keep,
            ground,
            is_over: false,
        };
        change_recorded(self.host, repository, claim).await
    }

    fn was_forgotten(&self, at_ms: Option<u64>) -> String {
        let id = &self.id;
        match at_ms {
            Some(at_ms) => format!("fabric {id} was forgotten at {}", rfc3339(at_ms)),
            None => format!("fabric {id} was forgotten"),
        }
    }

    /// Somebody else got the place while the record came back.
    fn is_elsewhere_too(&self, why: &str) -> String {
        let id = &self.id;
        format!("fabric {id} is back, but {why}: move or forget one of them")
    }

    fn is_of_another_version(&self) -> String {
        let id = &self.id;
        format!(
            "fabric {id} was stored by a version of Hedgerow that this one cannot read; restore the line with that version"
        )
    }

    fn is_written(&self) -> String {
        let id = &self.id;
        format!("somebody is writing to fabric {id}; restore the line again afterwards")
    }
}

/// Tells whether an operation is under way.
fn is_being_written(fabric: &Fabric) -> bool {
    fabric.record.gitops_directory_status == DirectoryStatus::Initializing
}

/// Where the fabric is there already it gets another name; elsewhere it had its place before.
fn ground(known: Option<&Fabric>, place: &FabricSpec) -> Ground {
    let is_renamed = known.is_some_and(|known| {
        let now = known.record.spec();
        let is_there =
            (&now.branch, &now.gitops_directory) == (&place.branch, &place.gitops_directory);
        is_there && now.name != place.name
    });
    match is_renamed {
        true => Ground::New,
        false => Ground::Record,
    }
}

/// Why a place cannot be a fabric's, if it cannot.
fn refusal(reply: RepositoryReply) -> Option<String> {
    match reply {
        RepositoryReply::Taken { by, .. } => {
            let by = by.fabric;
            Some(format!("fabric {by} has its directory or name now"))
        }
        RepositoryReply::Full => Some("its repository has too many fabrics".to_owned()),
        _ => None,
    }
}
