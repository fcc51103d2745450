//! Who gets what, as rules: of each route what it takes, and of a fabric and a person what they have. The table follows.

use super::fabrics::State;
use super::people::{Role, Who};

/// What a route takes, and what it answers whoever has it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Takes {
    /// Nothing: it answers everybody alike, and not about a fabric.
    Nothing(u16),
    /// Signing in.
    SignIn(u16),
    /// Seeing the fabric, as whoever asks.
    Sight(u16),
    /// The same, of what says nothing that the fabric is called by.
    NamelessSight(u16),
    /// Signing in and seeing the fabric.
    SignedInSight(u16),
    /// The same, where GitHub is asked at once whatever it said before.
    AskedSight(u16),
    /// That everybody may see it: what machines and other sites read is for everybody or for nobody.
    Publicity(u16),
    /// The same, where others are told with 200 that there is no such fabric.
    PublicityOr200,
    /// Having the fabric in one's own list.
    Listing,
    /// A role in the repository, which GitHub is asked for at once.
    Role(u16),
    /// The right to push, which GitHub is asked for at once.
    Push(u16),
    /// The same, of what is no draft any more: a draft's creator is told that it is one.
    PushNoDraft(u16),
    /// The right to push, of the token too: nothing is written to GitHub that would prove it.
    PushByToken(u16),
    /// The same, of what is no draft any more.
    PushByTokenNoDraft(u16),
    /// The right to push, or having made the draft. Whatever the token may: it only looks.
    PushToLook(u16),
    /// The same as with the token, or having made the draft: it is their own, and has no links. What the draft's creator gets comes second.
    OwnDraft(u16, u16),
    /// Administering the repository, which GitHub is asked for at once, and of the token that it could write; of what is no draft any more.
    Administration(u16),
    /// A link that was given, whoever has it.
    Link(u16),
    /// Nobody has it.
    Revoked,
}

/// What `who` gets of a fabric that is in `state`.
pub(crate) fn expected(takes: Takes, state: State, who: Who) -> u16 {
    let signed_out = !who.is_signed_in();
    match takes {
        Takes::Nothing(answer) => answer,
        Takes::Link(answer) if state.has_links() => answer,
        Takes::Link(_) | Takes::Revoked => 404,
        Takes::Publicity(answer) if state.is_everybodys() => answer,
        Takes::Publicity(_) => 404,
        Takes::PublicityOr200 => 200,
        Takes::Sight(answer) | Takes::NamelessSight(answer) if sees(state, who) => answer,
        Takes::Sight(_) | Takes::NamelessSight(_) => 404,
        _ if signed_out => 401,
        Takes::SignIn(answer) => answer,
        Takes::SignedInSight(answer) | Takes::AskedSight(answer) if sees(state, who) => answer,
        Takes::SignedInSight(_) | Takes::AskedSight(_) => 404,
        Takes::Listing if is_listed(state, who) => 200,
        Takes::Listing => 404,
        Takes::PushNoDraft(_) | Takes::PushByTokenNoDraft(_)
            if state == State::Draft && sees(state, who) =>
        {
            409
        }
        Takes::Administration(_) if state == State::Draft && sees(state, who) => 409,
        Takes::Administration(answer) => match (role(state, who), who) {
            (None, _) => 404,
            (_, Who::Admin) => answer,
            _ => 403,
        },
        Takes::PushByTokenNoDraft(answer) => expected(Takes::PushByToken(answer), state, who),
        Takes::PushNoDraft(answer) => expected(Takes::Push(answer), state, who),
        Takes::OwnDraft(_, answer) if state == State::Draft && sees(state, who) => answer,
        Takes::PushToLook(answer) if state == State::Draft && sees(state, who) => answer,
        Takes::PushToLook(answer) => expected(Takes::Push(answer), state, who),
        Takes::OwnDraft(answer, _) => expected(Takes::PushByToken(answer), state, who),
        Takes::Role(_) | Takes::Push(_) | Takes::PushByToken(_) => {
            match (takes, role(state, who)) {
                (_, None) => 404,
                (Takes::Role(answer), Some(_)) => answer,
                (_, Some(Role::Reads)) => 403,
                (Takes::PushByToken(_), _) if who == Who::ReadingToken => 403,
                (Takes::Push(answer) | Takes::PushByToken(answer), _) => answer,
                _ => unreachable!("every other is above"),
            }
        }
    }
}

/// The same while GitHub answers nobody who is signed in, and says so with what Hedgerow tells as `refusal`: their limits are spent,
/// or their tokens ended. What GitHub need not be asked for stays as it was, and of the rest nobody is told more than that.
pub(crate) fn expected_while_refused(takes: Takes, state: State, who: Who, refusal: u16) -> u16 {
    let is_there = !matches!(state, State::Forgotten | State::None);
    match takes {
        Takes::Listing if who.is_signed_in() => refusal,
        _ if !who.is_signed_in() || !is_there => expected(takes, state, who),
        Takes::Sight(_) | Takes::NamelessSight(_) | Takes::SignedInSight(_)
            if state.is_everybodys() =>
        {
            expected(takes, state, who)
        }
        Takes::Nothing(_)
        | Takes::Publicity(_)
        | Takes::PublicityOr200
        | Takes::Link(_)
        | Takes::Revoked => expected(takes, state, who),
        _ => refusal,
    }
}

/// A draft is its creator's; what everybody may see is everybody's; the rest is for those whom GitHub lets read the repository.
fn sees(state: State, who: Who) -> bool {
    match state {
        State::Draft => who == Who::CreatorWhoLeft,
        _ => state.is_everybodys() || role(state, who).is_some(),
    }
}

/// The role in the fabric's repository that GitHub tells now. Nobody has one where the name leads to another repository, or where
/// there is no fabric; a draft is of no repository yet, and its creator has no role where it would be.
fn role(state: State, who: Who) -> Option<Role> {
    if !who.is_signed_in() {
        return None;
    }
    match state {
        State::Public => who.role().or(Some(Role::Reads)),
        State::Private | State::BecamePrivate | State::KnownPrivate => who.role(),
        State::Draft | State::Taken | State::TakenForADay | State::Forgotten | State::None => None,
    }
}

/// A list has the fabrics of the repositories in which somebody has a role, whatever they are called, and their own drafts.
fn is_listed(state: State, who: Who) -> bool {
    match state {
        State::Draft => who == Who::CreatorWhoLeft,
        State::Forgotten | State::None => false,
        _ => who.role().is_some(),
    }
}

/// A route by its method and the path in the table of routes, and what it takes. What is not about a fabric is asked only once.
pub(crate) const ROUTES: &[(&str, &str, Takes)] = &[
    ("GET", "/api/health", Takes::Nothing(200)),
    ("GET", "/api/openapi.json", Takes::Nothing(200)),
    ("GET", "/api/session", Takes::Nothing(200)),
    ("GET", "/api/auth/login", Takes::Nothing(303)),
    ("GET", "/api/auth/callback", Takes::Nothing(303)),
    ("POST", "/api/auth/token", Takes::Nothing(400)),
    ("GET", "/setup", Takes::Nothing(200)),
    ("GET", "/setup/callback", Takes::Nothing(400)),
    // GitHub's alone: there is no such route for what is not signed.
    ("POST", "/api/webhooks/github", Takes::Nothing(404)),
    (
        "POST",
        "/api/webhooks/github/{repository}",
        Takes::Nothing(404),
    ),
    (
        "GET",
        "/api/fabrics/{id}/webhook",
        Takes::Administration(200),
    ),
    // No person's: there is no such route without the operator's key.
    ("GET", "/api/operator/backup", Takes::Nothing(404)),
    ("POST", "/api/operator/restore", Takes::Nothing(404)),
    ("GET", "/api/repositories", Takes::SignIn(200)),
    ("GET", "/api/fabrics", Takes::SignIn(200)),
    ("GET", "/api/snapshot", Takes::Role(200)),
    ("GET", "/api/branches", Takes::Role(200)),
    ("GET", "/api/blob", Takes::Role(200)),
    ("POST", "/api/plan", Takes::Role(200)),
    // Allowed, but done already; and so nothing would be written.
    ("POST", "/api/fabrics", Takes::PushByToken(409)),
    ("GET", "/api/fabrics/{id}", Takes::Sight(200)),
    // Without an upgrade nobody gets as far as the fabric.
    ("GET", "/api/fabrics/{id}/events", Takes::Nothing(426)),
    (
        "GET",
        "/api/fabrics/{id}/history",
        Takes::SignedInSight(200),
    ),
    ("GET", "/api/fabrics/{id}/looks", Takes::NamelessSight(200)),
    (
        "GET",
        "/api/fabrics/{id}/permission",
        Takes::AskedSight(200),
    ),
    (
        "POST",
        "/api/fabrics/{id}/validate-gitops",
        Takes::Role(200),
    ),
    // Done already, and so nothing would be written.
    (
        "POST",
        "/api/fabrics/{id}/init-gitops",
        Takes::PushByToken(200),
    ),
    (
        "POST",
        "/api/fabrics/{id}/repair",
        Takes::PushByTokenNoDraft(200),
    ),
    // Allowed, but approved is something else.
    ("PATCH", "/api/fabrics/{id}", Takes::PushNoDraft(409)),
    ("GET", "/api/fabrics/{id}/shares", Takes::PushToLook(200)),
    (
        "POST",
        "/api/fabrics/{id}/shares",
        Takes::OwnDraft(201, 409),
    ),
    (
        "DELETE",
        "/api/fabrics/{id}/shares/{share}",
        Takes::PushByToken(204),
    ),
    ("DELETE", "/api/fabrics/{id}", Takes::OwnDraft(200, 200)),
    ("GET", "/f/{id}", Takes::Sight(200)),
    ("GET", "/f/{id}/status.json", Takes::Publicity(200)),
    ("GET", "/f/{id}/badge.svg", Takes::Publicity(200)),
    ("GET", "/f/{id}/badge.json", Takes::PublicityOr200),
    ("GET", "/s/{secret}", Takes::Link(200)),
    ("GET", "/s/{secret}/badge.svg", Takes::Link(200)),
    ("GET", "/api/shares/{secret}", Takes::Link(200)),
    // At last, for it ends the sessions.
    ("POST", "/api/auth/logout", Takes::Nothing(204)),
];

/// What is no route of its own: sockets, one's own list, the other thing that `PATCH` takes, and links that were revoked or show
/// less.
pub(crate) const MORE: &[(&str, &str, Takes)] = &[
    ("WATCH", "/api/fabrics/{id}/events", Takes::Sight(101)),
    ("LIST", "/api/fabrics", Takes::Listing),
    ("SET", "/api/fabrics/{id}", Takes::PushByTokenNoDraft(200)),
    ("GET", "/s/{redacted}", Takes::Link(200)),
    ("GET", "/s/{redacted}/badge.svg", Takes::Link(200)),
    ("GET", "/api/shares/{redacted}", Takes::Link(200)),
    ("GET", "/s/{revoked}", Takes::Revoked),
    ("GET", "/s/{revoked}/badge.svg", Takes::Revoked),
    ("GET", "/api/shares/{revoked}", Takes::Revoked),
    ("GET", "/api/nothing", Takes::Nothing(404)),
];
