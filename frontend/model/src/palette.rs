//! Finding a command by a few of its letters.

/// How well `query` fits `title`: none if it does not, and the lower the better.
///
/// Every word of the query has to begin a word of the title or occur inside it, in any order.
pub fn fit(query: &str, title: &str) -> Option<usize> {
    let title = title.to_lowercase();
    let starts: Vec<usize> = std::iter::once(0)
        .chain(
            title
                .match_indices([' ', '-', ':', '/'])
                .map(|(at, found)| at + found.len()),
        )
        .collect();
    let mut cost = 0;
    for word in query.to_lowercase().split_whitespace() {
        let at = title.find(word)?;
        let begins = starts
            .iter()
            .position(|start| title[*start..].starts_with(word));
        cost += begins.unwrap_or(starts.len() + at);
    }
    Some(cost)
}

/// The places of the titles that fit, the best first; all of them, in their order, for an empty query.
pub fn found(query: &str, titles: &[String]) -> Vec<usize> {
    let mut found: Vec<(usize, usize)> = titles
        .iter()
        .enumerate()
        .filter_map(|(index, title)| Some((fit(query, title)?, index)))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginnings_of_words_come_first() {
        let titles = [
            "Go to settings",
            "Create a fabric",
            "Sign out",
            "Theme: dark",
            "Fabrics",
        ];
        let titles = titles.map(str::to_owned);
        let names = |query: &str| -> Vec<String> {
            found(query, &titles)
                .into_iter()
                .map(|index| titles[index].clone())
                .collect()
        };
        assert_eq!(names("fab"), ["Fabrics", "Create a fabric"]);
        assert_eq!(names("dark th"), ["Theme: dark"]);
        assert_eq!(names("s"), ["Sign out", "Go to settings", "Fabrics"]);
        assert!(names("zebra").is_empty());
        assert_eq!(names("").len(), titles.len());
    }
}
