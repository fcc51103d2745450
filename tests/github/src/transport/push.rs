//! Pushes to guarded branches: decided here from the list of commands, refused by a hook in GitHub's words.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::backend::Call;
use crate::git::Repo;
use crate::state::{Incoming, Permission, RefChange};

/// Prints the reason for the reference that git asks about, if there is one, and refuses it. Lines are
/// `reference TAB reason`. `merge-base` sees the pushed objects, so only here is it known whether a move is forced.
const HOOK: &str = r#"#!/bin/sh
zero=0000000000000000000000000000000000000000
list=$STANDIN_REFUSED
if test "$2" != $zero && test "$3" != $zero && ! git merge-base --is-ancestor "$2" "$3"; then
  list=$STANDIN_REFUSED_FORCED
fi
tab=$(printf '\t')
reason=$(printf '%s' "$list" | while IFS=$tab read -r name text; do
  test "$name" = "$1" && printf '%s' "$text"
done)
test -z "$reason" && exit 0
echo "error: GH013: Repository rule violations found for $1." >&2
echo >&2
echo "- $reason" >&2
exit 1
"#;

struct Command {
    creates: bool,
    deletes: bool,
    reference: String,
}

/// Writes the hook that all repositories share into `hooks`. Done before the first push, since a program that is
/// still open for writing cannot be run.
pub(crate) fn install(hooks: &Path) -> io::Result<()> {
    let hook = hooks.join("update");
    fs::create_dir_all(hooks)?;
    fs::write(&hook, HOOK)?;
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755))
}

/// Tells git which of the pushed references to refuse.
pub(super) fn guard(repo: &Repo, role: Permission, body: &[u8], call: &mut Call) {
    let commands = commands(body);
    let list = |moved: RefChange| -> String {
        let refused = commands.iter().filter_map(|command| {
            let change = match (command.creates, command.deletes) {
                (true, _) => RefChange::Create,
                (_, true) => RefChange::Delete,
                _ => moved,
            };
            let name = &command.reference;
            let refusal =
                repo.settings
                    .refusal((role, false), name, change, &[Incoming::default()])?;
            let reasons = refusal
                .message()
                .replace("Repository rule violations found\n\n", "");
            Some(format!("{name}\t{}\n", reasons.replace("\n\n", " ")))
        });
        refused.collect()
    };
    call.env("STANDIN_REFUSED", &list(RefChange::FastForward));
    call.env("STANDIN_REFUSED_FORCED", &list(RefChange::Force));
}

/// Reads `old new reference` packets up to the flush packet.
fn commands(mut body: &[u8]) -> Vec<Command> {
    let mut commands = Vec::new();
    while let Some((length, rest)) = body.split_at_checked(4) {
        let length = std::str::from_utf8(length).ok();
        let length = length.and_then(|text| usize::from_str_radix(text, 16).ok());
        let Some(length @ 5..) = length else { break };
        let Some((packet, rest)) = rest.split_at_checked(length - 4) else {
            break;
        };
        body = rest;
        let line = packet.split(|byte| *byte == 0).next().unwrap_or(packet);
        let line = String::from_utf8_lossy(line).into_owned();
        let mut words = line.trim_end().splitn(3, ' ');
        if let (Some(old), Some(new), Some(name)) = (words.next(), words.next(), words.next()) {
            let is_zero = |oid: &str| oid.bytes().all(|digit| digit == b'0');
            commands.push(Command {
                creates: is_zero(old),
                deletes: is_zero(new),
                reference: name.to_owned(),
            });
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushed_references_are_read_up_to_the_flush() {
        let zero = "0".repeat(40);
        let one = "1".repeat(40);
        let packet = |text: String| format!("{:04x}{text}", text.len() + 4);
        let first = packet(format!("{zero} {one} refs/heads/a\0 report-status"));
        let second = packet(format!("{one} {zero} refs/heads/b"));
        let body = format!("{first}{second}0000PACK…");

        let commands = commands(body.as_bytes());

        let names: Vec<_> = commands.iter().map(|c| c.reference.as_str()).collect();
        assert_eq!(names, ["refs/heads/a", "refs/heads/b"]);
        assert!(commands[0].creates && commands[1].deletes);
    }
}
