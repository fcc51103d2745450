//! `REPOSITORY`: which directories fabrics have claimed, and which writes wait for their turn.

mod deliveries;
mod hand_over;
mod supposed;
pub(crate) mod write_queue;

use serde::{Deserialize, Serialize};
use shared::claims::{overlap, overlap_in_any_case};
use shared::fabric::FabricSpec;
use shared::names::{BranchName, DirectoryPath, FabricId, FabricName};

use super::{Class, Message, ObjectError, Row, Sql, SqlError, Value};

pub(crate) use deliveries::DeliveryMessage;
pub(crate) use supposed::Supposed;

/// Tells whether two fabrics of one branch cannot have these directories.
type Overlap = fn(&DirectoryPath, &DirectoryPath) -> bool;

/// How many fabrics a repository may have.
const MOST: usize = 1_000;

/// What a repository object can be asked.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum RepositoryMessage {
    /// Reserves a directory and a name for a fabric.
    Claim {
        claim: Claim,
        #[serde(rename = "besides")]
        previous: PreviousClaim,
        #[serde(
            rename = "is_restored",
            default,
            skip_serializing_if = "Ground::is_new"
        )]
        ground: Ground,
        /// No rename of the fabric in its place is under way any more: of its names there, it has this one alone.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_over: bool,
    },
    /// Asks who has a directory, or one above or below it.
    Holder {
        branch: BranchName,
        directory: DirectoryPath,
        #[serde(default, skip_serializing_if = "Supposed::is_nothing")]
        supposed: Supposed,
    },
    /// Asks whether the fabric that has a directory could have another place or name; nothing is reserved.
    Could {
        branch: BranchName,
        from: DirectoryPath,
        to: DirectoryPath,
        name: FabricName,
        /// The branch of `to`, where that is another one.
        #[serde(default)]
        to_branch: Option<BranchName>,
        #[serde(default, skip_serializing_if = "Supposed::is_nothing")]
        supposed: Supposed,
    },
    /// Asks for all claims.
    Claims,
    /// Gives all that a fabric has reserved up, or one directory of it.
    Forget {
        fabric: FabricId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        only: Option<(BranchName, DirectoryPath)>,
    },
    /// A Worker of a version before this one asks for the write lock. It gets it: GitHub compares the head, whoever writes.
    Acquire {
        operation: String,
        now_ms: u64,
        until_ms: u64,
    },
    /// It keeps the write lock.
    Renew { operation: String, until_ms: u64 },
    /// It gives the write lock back.
    Release { operation: String },
    /// A delivery of GitHub's is worked.
    Delivery(DeliveryMessage),
    /// Carries a message about claims out, once the claims that the repository had under its older node id are here.
    AfterHandOver(Box<Self>),
    /// Asks for all claims, and leads to the object of this name from now on.
    HandOver { successor: String },
    /// Takes the claims that a source of this name had, once.
    TakeOver { source: String, claims: Vec<Claim> },
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RepositoryReply {
    /// Done; the directory or the lock is the asker's, or what was asked about is free.
    Granted,
    /// Another fabric has this directory, or one above or below it, or has this name.
    Taken {
        by: Claim,
        what: Taken,
        /// What all other fabrics have.
        others: Vec<Claim>,
    },
    /// The repository has as many fabrics as are kept for one.
    Full,
    /// Somebody else writes; ask again.
    Busy,
    /// The delivery was worked already.
    Worked,
    /// Not carried out: the claims of the source have to be taken over first.
    HandOverFirst,
    Claims(Vec<Claim>),
    /// Not carried out: the object of this name has the claims now.
    HandedOver {
        successor: String,
    },
}

/// What a fabric has reserved in its repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub fabric: FabricId,
    pub branch: BranchName,
    pub directory: DirectoryPath,
    /// Its name; none for fabrics from before names were reserved.
    pub name: Option<FabricName>,
}

impl Claim {
    /// What a fabric of this description reserves.
    pub(crate) fn of(fabric: &FabricId, spec: &FabricSpec) -> Self {
        Self {
            fabric: fabric.clone(),
            branch: spec.branch.clone(),
            directory: spec.gitops_directory.clone(),
            name: Some(spec.name.clone()),
        }
    }
}

/// What becomes of what the fabric itself had reserved before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PreviousClaim {
    /// It is given up.
    #[serde(rename = "Nothing")]
    Release,
    /// It stays reserved, as long as a move is under way.
    #[serde(rename = "TheOld")]
    Keep,
}

/// On what ground a fabric asks for a directory and a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "bool", into = "bool")]
pub(crate) enum Ground {
    /// It is to have them.
    #[default]
    New,
    /// Its record has them, perhaps from before there were claims, or before they were lost: a directory whose name differs
    /// only in case does not keep it from having its own again, and what the fabric has reserved there meanwhile stays.
    Record,
}

impl Ground {
    fn is_new(&self) -> bool {
        *self == Self::New
    }
}

impl From<bool> for Ground {
    fn from(is_restored: bool) -> Self {
        match is_restored {
            true => Self::Record,
            false => Self::New,
        }
    }
}

impl From<Ground> for bool {
    fn from(ground: Ground) -> Self {
        ground == Ground::Record
    }
}

/// What another fabric has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Taken {
    /// The directory, or one above or below it.
    Directory,
    Name,
}

impl Message for RepositoryMessage {
    type Reply = RepositoryReply;
    const CLASS: Class = Class::Repository;
}

pub(crate) fn handle(
    sql: &impl Sql,
    message: RepositoryMessage,
) -> Result<RepositoryReply, ObjectError> {
    match message {
        RepositoryMessage::AfterHandOver(message) => match hand_over::is_taken_over(sql)? {
            true => answer(sql, *message),
            false => Ok(RepositoryReply::HandOverFirst),
        },
        RepositoryMessage::HandOver { successor } => hand_over::hand_over(sql, &successor),
        RepositoryMessage::TakeOver { source, claims } => {
            hand_over::take_over(sql, &source, &claims)
        }
        message if is_about_claims(&message) => match hand_over::successor(sql)? {
            Some(successor) => Ok(RepositoryReply::HandedOver { successor }),
            None => answer(sql, message),
        },
        message => answer(sql, message),
    }
}

fn is_about_claims(message: &RepositoryMessage) -> bool {
    !matches!(
        message,
        RepositoryMessage::Acquire { .. }
            | RepositoryMessage::Renew { .. }
            | RepositoryMessage::Release { .. }
            | RepositoryMessage::Delivery(_)
    )
}

fn answer(sql: &impl Sql, message: RepositoryMessage) -> Result<RepositoryReply, ObjectError> {
    match message {
        RepositoryMessage::Claim {
            claim,
            previous,
            ground,
            is_over,
        } => {
            let reply = reserve(sql, &claim, previous, ground)?;
            if is_over && reply == RepositoryReply::Granted {
                let name = claim.name.as_ref().map(FabricName::as_str);
                sql.run(
                    "UPDATE claimed SET name = ? WHERE fabric = ? AND branch = ? AND directory = ?",
                    &[
                        name.map_or(Value::Null, Value::from),
                        claim.fabric.as_str().into(),
                        claim.branch.as_str().into(),
                        claim.directory.as_str().into(),
                    ],
                )?;
                forget_old_names(sql, claim.fabric.as_str())?;
            }
            Ok(reply)
        }
        RepositoryMessage::Holder {
            branch,
            directory,
            supposed,
        } => {
            let all = supposed.applied_to(claims(sql, "")?);
            Ok(holder(all, &branch, &directory))
        }
        RepositoryMessage::Claims => Ok(RepositoryReply::Claims(claims(sql, "")?)),
        RepositoryMessage::Could {
            branch,
            from,
            to,
            name,
            to_branch,
            supposed,
        } => {
            let all = supposed.applied_to(claims(sql, "")?);
            let to = (to_branch.as_ref().unwrap_or(&branch), &to);
            Ok(could_move(all, (&branch, &from), to, &name))
        }
        RepositoryMessage::Forget { fabric, only } => {
            let id = fabric.to_string();
            let fabric = id.as_str().into();
            match only {
                Some((branch, directory)) => sql.run(
                    "DELETE FROM claimed WHERE fabric = ? AND branch = ? AND directory = ?",
                    &[fabric, branch.as_str().into(), directory.as_str().into()],
                )?,
                None => {
                    forget_old_names(sql, &id)?;
                    sql.run("DELETE FROM claimed WHERE fabric = ?", &[fabric])?
                }
            };
            Ok(RepositoryReply::Granted)
        }
        RepositoryMessage::Acquire { .. }
        | RepositoryMessage::Renew { .. }
        | RepositoryMessage::Release { .. } => Ok(RepositoryReply::Granted),
        RepositoryMessage::Delivery(message) => deliveries::answer(sql, &message),
        RepositoryMessage::AfterHandOver(_)
        | RepositoryMessage::HandOver { .. }
        | RepositoryMessage::TakeOver { .. } => {
            Err(ObjectError::Json("a message within a message".to_owned()))
        }
    }
}

/// Tells in how many milliseconds there is something to write, and whether nothing is kept.
pub(super) fn next_alarm(sql: &impl Sql) -> Result<(Option<u64>, bool), ObjectError> {
    let rows = sql.run(
        "SELECT EXISTS (SELECT 1 FROM claimed) OR EXISTS (SELECT 1 FROM handed_over) OR EXISTS (SELECT 1 FROM taken_over WHERE source <> ''), \
         EXISTS (SELECT 1 FROM writes)",
        &[],
    )?;
    let is = |at: usize| rows.first().and_then(|row| row.get(at)?.number()) == Some(1);
    let (holds_claims, waits) = (is(0), is(1));
    Ok((waits.then_some(0), !holds_claims && !waits))
}

/// Takes over what was reserved before names were.
pub(super) fn migrate_old_claims(sql: &dyn Sql) -> Result<(), SqlError> {
    let old = sql.run(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'claims'",
        &[],
    )?;
    if !old.is_empty() {
        sql.run("INSERT OR IGNORE INTO claimed (fabric, branch, directory) SELECT fabric, branch, directory FROM claims", &[])?;
        sql.run("DROP TABLE claims", &[])?;
    }
    Ok(())
}

fn reserve(
    sql: &impl Sql,
    claim: &Claim,
    previous: PreviousClaim,
    ground: Ground,
) -> Result<RepositoryReply, ObjectError> {
    let others = claims(sql, claim.fabric.as_str())?;
    let wanted = (&claim.branch, &claim.directory);
    let is_kept = ground == Ground::Record || has(sql, claim)?;
    if let Some((by, what)) = taken(&others, wanted, claim.name.as_ref(), overlaps(is_kept)) {
        return Ok(RepositoryReply::Taken { by, what, others });
    }
    if let Some(by) = has_old_name(sql, &others, claim)? {
        let what = Taken::Name;
        return Ok(RepositoryReply::Taken { by, what, others });
    }
    if others.len() >= MOST {
        return Ok(RepositoryReply::Full);
    }
    if previous == PreviousClaim::Release {
        let fabric = claim.fabric.as_str().into();
        sql.run("DELETE FROM claimed WHERE fabric = ?", &[fabric])?;
        forget_old_names(sql, claim.fabric.as_str())?;
    }
    // Until a rename in its place is over, both names are the fabric's.
    let (fabric, name) = (claim.fabric.as_str(), claim.name.as_ref());
    if ground == Ground::New {
        sql.run(
            "INSERT OR IGNORE INTO old_names (fabric, name) SELECT fabric, name FROM claimed WHERE fabric = ? AND branch = ? AND directory = ? AND name <> ?",
            &[
                fabric.into(),
                claim.branch.as_str().into(),
                claim.directory.as_str().into(),
                name.map_or(Value::Null, |name| name.as_str().into()),
            ],
        )?;
    }
    insert(sql, claim, ground)?;
    Ok(RepositoryReply::Granted)
}

fn forget_old_names(sql: &impl Sql, fabric: &str) -> Result<(), ObjectError> {
    sql.run("DELETE FROM old_names WHERE fabric = ?", &[fabric.into()])?;
    Ok(())
}

/// The claim of another fabric whose old name this is, while its rename is under way.
fn has_old_name(
    sql: &impl Sql,
    others: &[Claim],
    claim: &Claim,
) -> Result<Option<Claim>, ObjectError> {
    let Some(name) = &claim.name else {
        return Ok(None);
    };
    let rows = sql.run(
        "SELECT fabric FROM old_names WHERE name = ? AND fabric <> ?",
        &[name.as_str().into(), claim.fabric.as_str().into()],
    )?;
    let mut holders = rows.iter().filter_map(|row| row.first()?.text());
    Ok(holders.find_map(|holder| {
        let mut others = others.iter();
        others
            .find(|other| other.fabric.as_str() == holder)
            .cloned()
    }))
}

/// What counts as an overlap. Directories whose names differ only in case cannot be claimed beside each other; fabrics that
/// have such ones already keep them.
fn overlaps(is_kept: bool) -> Overlap {
    if is_kept {
        overlap
    } else {
        overlap_in_any_case
    }
}

/// Tells whether a fabric has a directory already.
fn has(sql: &impl Sql, claim: &Claim) -> Result<bool, ObjectError> {
    let rows = sql.run(
        "SELECT fabric FROM claimed WHERE fabric = ? AND branch = ? AND directory = ?",
        &[
            claim.fabric.as_str().into(),
            claim.branch.as_str().into(),
            claim.directory.as_str().into(),
        ],
    )?;
    Ok(!rows.is_empty())
}

fn insert(sql: &impl Sql, claim: &Claim, ground: Ground) -> Result<(), ObjectError> {
    let name = claim.name.as_ref().map(FabricName::as_str);
    sql.run(
        "INSERT INTO claimed (fabric, branch, directory, name) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (fabric, branch, directory) \
         DO UPDATE SET name = CASE WHEN ?5 AND name IS NOT NULL THEN name ELSE excluded.name END",
        &[
            claim.fabric.as_str().into(),
            claim.branch.as_str().into(),
            claim.directory.as_str().into(),
            name.map_or(Value::Null, Value::from),
            u64::from(ground == Ground::Record).into(),
        ],
    )?;
    Ok(())
}

/// Who has a place or a name already.
fn taken(
    others: &[Claim],
    (branch, directory): (&BranchName, &DirectoryPath),
    name: Option<&FabricName>,
    overlaps: Overlap,
) -> Option<(Claim, Taken)> {
    let by_directory = claim_on(others, branch, directory, overlaps);
    let by_name = || {
        let mut others = others.iter();
        others.find(|other| name.is_some() && other.name.as_ref() == name)
    };
    let (by, what) = by_directory
        .map(|by| (by, Taken::Directory))
        .or_else(|| by_name().map(|by| (by, Taken::Name)))?;
    Some((by.clone(), what))
}

fn could_move(
    mut all: Vec<Claim>,
    from: (&BranchName, &DirectoryPath),
    to: (&BranchName, &DirectoryPath),
    name: &FabricName,
) -> RepositoryReply {
    let mut own = all.iter();
    let own = own.find(|claim| (&claim.branch, &claim.directory) == from);
    // No fabric has it, so there is no directory and name to change.
    let Some(own) = own.map(|own| own.fabric.clone()) else {
        return RepositoryReply::Granted;
    };
    all.retain(|claim| claim.fabric != own);
    let others = all;
    let overlaps = overlaps(from == to);
    match taken(&others, to, Some(name), overlaps) {
        Some((by, what)) => RepositoryReply::Taken { by, what, others },
        None => RepositoryReply::Granted,
    }
}

fn holder(others: Vec<Claim>, branch: &BranchName, directory: &DirectoryPath) -> RepositoryReply {
    // A fabric that has this very directory, or one in it or above, comes before one whose name differs in case.
    let by = [overlap as Overlap, overlap_in_any_case].into_iter();
    let by = by
        .filter_map(|overlaps| claim_on(&others, branch, directory, overlaps))
        .next()
        .cloned();
    match by {
        Some(by) => RepositoryReply::Taken {
            by,
            what: Taken::Directory,
            others,
        },
        None => RepositoryReply::Granted,
    }
}

/// What all fabrics but one have.
fn claims(sql: &impl Sql, but: &str) -> Result<Vec<Claim>, ObjectError> {
    let rows = sql.run(
        "SELECT fabric, branch, directory, name FROM claimed WHERE fabric <> ? ORDER BY directory",
        &[but.into()],
    )?;
    Ok(rows.iter().filter_map(read).collect())
}

fn claim_on<'a>(
    claims: &'a [Claim],
    branch: &BranchName,
    directory: &DirectoryPath,
    overlaps: Overlap,
) -> Option<&'a Claim> {
    claims
        .iter()
        .find(|claim| claim.branch == *branch && overlaps(&claim.directory, directory))
}

fn read(row: &Row) -> Option<Claim> {
    let text = |column: usize| row.get(column).and_then(Value::text);
    Some(Claim {
        fabric: FabricId::parse(text(0)?).ok()?,
        branch: BranchName::parse(text(1)?).ok()?,
        directory: DirectoryPath::parse(text(2)?).ok()?,
        name: text(3).and_then(|name| FabricName::parse(name).ok()),
    })
}
