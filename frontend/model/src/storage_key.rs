//! The names of what this browser keeps for the page.

/// Something that is kept. The names are those of every earlier version, so that nothing kept is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// A preference, by its name; across visits.
    Preference(&'static str),
    /// The draft that the create page was left with, as the fragment of its address.
    Draft,
    /// Which write is the commit of the create page whose outcome this tab has not seen, by its id.
    SentCommit,
    /// The list of the import page, as typed.
    ImportList,
    /// What became of a row of that list, by the row's key.
    ImportRow(&'a str),
    /// A write whose outcome is not known, by its id.
    SentWrite(&'a str),
    /// The fabrics that a person has selected, by their login.
    SelectedFabrics(&'a str),
    /// A new name that was typed, by the fabric's id.
    NewName(&'a str),
    /// A new directory that was typed, by the fabric's id.
    NewDirectory(&'a str),
    /// A new branch that was typed, by the fabric's id.
    NewBranch(&'a str),
}

/// What the key of an import row begins with.
pub const IMPORT_ROW: &str = "hedgerow-import-row?";

impl Key<'_> {
    /// The name in the browser.
    pub fn name(self) -> String {
        match self {
            Self::Preference(name) => format!("hedgerow-{name}"),
            Self::Draft => "hedgerow-draft".to_owned(),
            Self::SentCommit => "hedgerow-sent".to_owned(),
            Self::ImportList => "hedgerow-import".to_owned(),
            Self::ImportRow(row) => format!("{IMPORT_ROW}{row}"),
            Self::SentWrite(id) => format!("hedgerow-open-{id}"),
            Self::SelectedFabrics(login) => format!("hedgerow-selected-{login}"),
            Self::NewName(id) => format!("change-name:{id}"),
            Self::NewDirectory(id) => format!("change-directory:{id}"),
            Self::NewBranch(id) => format!("change-branch:{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_spelled_as_earlier_versions_wrote_them() {
        let names = [
            Key::Preference("theme"),
            Key::Draft,
            Key::SentCommit,
            Key::ImportList,
            Key::ImportRow("name=a"),
            Key::SentWrite("0a"),
            Key::SelectedFabrics("ada"),
            Key::NewName("f1"),
            Key::NewDirectory("f1"),
            Key::NewBranch("f1"),
        ]
        .map(Key::name);
        assert_eq!(
            names,
            [
                "hedgerow-theme",
                "hedgerow-draft",
                "hedgerow-sent",
                "hedgerow-import",
                "hedgerow-import-row?name=a",
                "hedgerow-open-0a",
                "hedgerow-selected-ada",
                "change-name:f1",
                "change-directory:f1",
                "change-branch:f1",
            ]
        );
    }
}
