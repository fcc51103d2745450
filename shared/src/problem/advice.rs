//! What to do next about a problem. The API tells a program what to send; a page tells a person what to press.

/// A next step. Without a capital and a full stop, since it may stand within a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// In the words of an API client.
    pub api: &'static str,
    /// In the words of a page.
    pub page: &'static str,
}

macro_rules! table {
    (@page $api:literal) => { $api };
    (@page $api:literal $page:literal) => { $page };
    ($($name:ident: $api:literal $(=> $page:literal)?,)*) => {
        $(
            #[doc = $api]
            pub const $name: Advice = Advice { api: $api, page: table!(@page $api $($page)?) };
        )*

        /// What a page says instead, by the hash of the API's words: the words themselves would double what a page loads.
        const ON_PAGE: &[(u32, &str)] = &[$($((hash($api), $page),)?)*];

        #[cfg(test)]
        const ALL: &[Advice] = &[$($name,)*];
    };
}

/// What a page says where the API gives this hint. A hint that the table does not know, such as one of another version,
/// stays as it is.
pub fn on_page(hint: &str) -> &str {
    let hash = hash(hint);
    let found = ON_PAGE.iter().find(|(api, _)| *api == hash);
    found.map_or(hint, |(_, page)| page)
}

/// FNV-1a, 32 bits.
const fn hash(words: &str) -> u32 {
    let (bytes, mut hash, mut at) = (words.as_bytes(), 0x811c_9dc5, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}

// A row is what an API client reads and, after the arrow, what a page says instead where that differs.
table! {
    // The request.
    CHECK_ADDRESS: "check the address; GET /api/openapi.json describes every route"
        => "check the address, or reload the page: Hedgerow may have changed since it was opened",
    SHORTEN_ADDRESS: "shorten the address; GET /api/openapi.json describes every route"
        => "shorten what was typed",
    CHECK_METHOD: "GET /api/openapi.json describes every route and its methods"
        => "reload the page: Hedgerow may have changed since it was opened",
    USE_WEBSOCKET: "connect with a WebSocket, or poll the record itself with its ETag",
    POLL: "poll the record itself with its ETag, and connect again later",
    SEND_FEWER_FIELDS: "send only the fields that the route takes"
        => "do it in smaller steps",
    SEND_JSON: "send the fields that the route takes, as JSON"
        => "reload the page: Hedgerow may have changed since it was opened",
    CHANGE_FIELDS: "change the fields that `errors` names; paths come from the plan's `diff`"
        => "change what is named here; if you did not type it, reload the page",
    USE_NEW_KEY: "send a new Idempotency-Key with a new request"
        => "reload the page, then try again",
    SLOW_DOWN: "wait a minute, then go on more slowly",
    USE_OWN_PAGE: "use Hedgerow's own page",

    // Who asks.
    SIGN_IN: "sign in, then send the request again"
        => "sign in, then try again",
    SIGN_IN_WITH_TOKEN: "sign in with a fine-grained token; the operator can register an App at /setup",
    SIGN_IN_AGAIN: "go back to Hedgerow and sign in again",
    USE_VALID_TOKEN: "sign in again with a valid token",
    WIDEN_TOKEN: "give the token Contents: read and write for the repository (and Pull requests: read and write to propose changes), or have your organisation approve it",
    AUTHORISE_TOKEN: "authorise the token for the organisation on GitHub (Settings, Developer settings, Configure SSO), then try again",
    HAVE_TOKEN_APPROVED: "ask an owner of the organisation to approve the token, or sign in with one that it accepts",
    INSTALL_APP: "ask an owner to install the GitHub App on this repository and to accept its permissions",
    CHECK_TOKEN: "check the token's permissions (Contents: read and write) and your organisation's rules for tokens",
    ASK_ADMINISTRATOR: "ask somebody who administers the repository on GitHub",
    GET_WRITE_ACCESS: "ask for write access to the repository, or sign in with a token that has Contents: write",

    // The fabric.
    CHECK_LINK: "check the link, or sign in as somebody who can read the repository",
    WAIT_FOR_VISIBILITY: "try again in a minute, or sign in: GitHub has to say again that the repository is public",
    FORGET_FABRICS: "forget fabrics that are no longer needed, or use another repository",
    DISCARD_DRAFTS: "wait until GitHub answers, or discard a draft that is in your list; at most ten are made in an hour",
    INITIALISE_DRAFT: "initialise it as soon as GitHub answers, or discard it",
    REVOKE_LINKS: "revoke links that are no longer needed",
    CHOOSE_DIRECTORY: "open the existing fabric (if its write was never confirmed, validate it, or forget it), or choose a directory beside it",
    CHOOSE_NAME: "open the existing fabric (if its write was never confirmed, validate it, or forget it), or choose another name",
    WAIT_FOR_WRITE: "wait a moment, then try again",

    // The repository and the branch.
    CHECK_REPOSITORY: "check `owner/name`, and that your token covers the repository",
    CHECK_REDIRECT: "check the repository's name and the operator's GITHUB_API_URL",
    UNARCHIVE: "unarchive it on GitHub, or choose another repository",
    MAKE_FIRST_COMMIT: "make a first commit on GitHub, for example a README, then preview again"
        => "make a first commit on GitHub, for example a README, then read the branch again",
    COMMIT_DIRECTLY: "initialise it with a commit, without a pull request: its first commit makes the branch"
        => "choose Direct commit: the first commit of a repository makes the branch",
    CREATE_BRANCH: "create the branch on GitHub, or choose one that exists, then preview again"
        => "create the branch on GitHub, or choose one that exists, then read the branch again",
    UNBLOCK_BRANCH: "choose another name for the branch, or rename or delete the one in its way on GitHub, then preview again"
        => "choose another name for the branch, or rename or delete the one in its way on GitHub, then read the branch again",
    APPROVE_BASE: "preview again and approve what the branch begins from (`approval.base`), or give the fabric a branch that exists"
        => "read the branch again and look at what it would begin from, or give the fabric a branch that exists",
    END_PULL_REQUEST: "give the fabric the branch that the pull request is for, or merge or close it, then preview again"
        => "give the fabric the branch that the pull request is for, or merge or close it, then read the branch again",
    PROPOSE: "propose the change as a pull request (`mode`: `pull_request`), or choose a branch that you may push to"
        => "choose Pull request instead of Direct commit, or a branch that you may push to",
    ASK_SOMEBODY_TO_PUSH: "nothing was written, and a move or removal cannot be proposed as a pull request: ask somebody who may push to the branch to do it, or for an exception from its rule; to give the fabric up, forget only its record and remove the files with git",
    EXEMPT_PROPOSALS: "nothing was written: ask who keeps the repository's rules to leave out branches named `hedgerow/*`, or to let you bypass them, then propose again",
    REMOVE_SECRET: "a pull request would be refused as well: take the secret out of the file that it is in, or allow it on GitHub where it is none, then try again",
    CHANGE_FILES: "a pull request would be refused as well: choose another directory or name that the rule takes, or ask who keeps the repository's rules to except these files",
    ALLOW_MESSAGE: "a pull request would be refused as well: ask who keeps the repository's rules to take messages such as `Initialise GitOps directory of fabric …`, or commit the files with git under a message that the rule takes",
    CHANGE_ADDRESS: "a pull request would be refused as well: make an address that the rule takes the primary one in your settings on GitHub, or ask who keeps the repository's rules to except your commits",
    CHOOSE_OTHER_BRANCH: "choose a branch that exists or a name that the rule takes, or ask somebody who may to create the branch on GitHub",
    DELETE_OLD_PROPOSAL: "delete the branch `hedgerow/…` on GitHub that an earlier pull request left behind, then propose again",
    SIGN_WITH_GIT: "this change cannot be signed by GitHub: make it with git and sign the commit, or do it in smaller steps",
    FOLLOW_RULE: "read what the rule demands, and change that, or ask who keeps the repository's rules for an exception",

    // The plan.
    PREVIEW_AGAIN: "preview again and approve the new plan"
        => "read the branch again and approve the new plan",
    PREVIEW_AGAIN_UNWRITTEN: "preview again and approve the new plan; nothing was written"
        => "read the branch again and approve the new plan; nothing was written",
    PREVIEW_WITH_SAME_VERSION: "preview again, with the same version of Hedgerow, and approve the new plan"
        => "reload the page, which brings the version that Hedgerow has now, and look at the plan again",
    APPROVE_NEW_DIFF: "look at the new diff and approve it again; nothing was written",
    CLEAR_THE_WAY: "move what is in the way, or choose another directory, then preview again"
        => "move what is in the way, or choose another directory, then read the branch again",
    LEAVE_FILES: "leave the files where they are, or move them with git, then preview again"
        => "leave the files where they are, or move them with git, then read the branch again",
    UPDATE_PULL_REQUEST: "look at the open pull request; preview again to update it"
        => "look at the open pull request; read the branch again to update it",
    REPORT_IDS: "preview again; if it stays so, report both ids"
        => "read the branch again; if it stays so, report both ids",

    // The write.
    FIX_WHAT_GITHUB_NAMES: "read GitHub's reason, fix it, then initialise again",
    LOOK_AT_BRANCH: "look at the branch on GitHub: create the fabric again to keep a record of what is there, or revert it",
    LOOK_AT_COMMIT: "look at the commit on GitHub, revert it if it is wrong, then validate the fabric",
    VALIDATE_PROPOSED: "validate the fabric: the branch already holds the change",
    VALIDATE: "validate the fabric: that reads the branch and settles what happened",
    REPEAT_WRITE: "do it again; who repeats the request under its key goes on with the same operation",
    SMALLER_STEPS: "do it in smaller steps, or with git",

    // The list of fabrics.
    LOAD_LIST_AGAIN: "load the list again: each time others of them are looked through",
    LOAD_LIST_OR_ASK: "load the list again; if it stays so, ask who runs Hedgerow to look at its log",
    GO_FORWARD: "ask who runs Hedgerow to go forward to the newer version",

    // Waiting and operating.
    TRY_IN_A_MINUTE: "try again in a minute",
    TRY_IN_A_MINUTE_KEPT: "try again in a minute; nothing that you typed is lost",
    WAIT_UNTIL_THEN: "wait until then, and try again",
    REPORT_ANSWER: "try again; if it stays so, report it with the request's id",
    SET_SESSION_KEY: "the operator sets SESSION_KEY to 32 random bytes in base64",
    UPDATE_SERVER: "ask who runs your GitHub Enterprise Server to update it to a version that GitHub supports",
    STORE_APP_KEY: "the operator stores the App's private key again, as GitHub handed it out",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_finds_its_words_by_those_of_the_api() {
        // No two have the same hash either.
        for advice in ALL {
            assert_eq!(on_page(advice.api), advice.page);
        }
        assert_eq!(on_page("ask the stars"), "ask the stars");
    }

    #[test]
    fn a_page_never_speaks_of_requests() {
        let of_a_program = [
            "/api/",
            "Idempotency-Key",
            "JSON",
            "route",
            "`errors`",
            "`mode`",
            "`diff`",
            "request again",
            "preview",
            "initialise it with a commit",
        ];
        // A page never connects but with a WebSocket, and does not learn why it got none.
        let is_shown = |advice: &&Advice| **advice != USE_WEBSOCKET && **advice != POLL;
        let shown = ALL.iter().filter(is_shown);
        for advice in shown {
            let found = of_a_program
                .iter()
                .find(|word| advice.page.contains(**word));
            assert_eq!(found, None, "{}", advice.page);
        }
    }

    #[test]
    fn advice_is_a_part_of_a_sentence() {
        for words in ALL.iter().flat_map(|advice| [advice.api, advice.page]) {
            assert!(!words.ends_with('.'), "{words}");
            let is_capital = words.starts_with(char::is_uppercase) && !words.starts_with("GET ");
            assert!(!is_capital, "{words}");
        }
    }
}
