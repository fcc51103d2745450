//! Spans of code, which Markdown and our own messages have.
//!
//! Source: CommonMark 0.31, 6.1.

/// Puts a line between the fewest backticks that do not stand in it in a row of as many. A space is kept off them where
/// they would run together, or where [`stripped`] would take away the line's own.
pub(super) fn fenced(line: &str) -> String {
    let mut fence = String::from("`");
    while closing(line, fence.len()).is_some() {
        fence.push('`');
    }
    let runs_together = line.starts_with('`') || line.ends_with('`');
    let pad = if runs_together || stripped(line) != line {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{line}{pad}{fence}")
}

/// How many backticks a text begins with.
pub(super) fn run(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b'`').count()
}

/// Where so many backticks stand in a row, and no more.
pub(super) fn closing(text: &str, length: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        at += found;
        let here = run(&text[at..]);
        if here == length {
            return Some(at);
        }
        at += here;
    }
    None
}

/// Without one space at both ends, where there is more between them.
pub(super) fn stripped(text: &str) -> &str {
    let is_padded = text.starts_with(' ') && text.ends_with(' ');
    if is_padded && text.bytes().any(|byte| byte != b' ') {
        &text[1..text.len() - 1]
    } else {
        text
    }
}
