//! Tables as people paste them: separated by commas, semicolons or tabs, with or without quotes.

/// A row with the line that it begins at, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub line: usize,
    /// The cells, without the blanks around them.
    pub cells: Vec<String>,
}

/// Why a text is not a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// A quote that does not end.
    #[error("the quote that begins in line {0} has no end; close it with `\"`")]
    OpenQuote(usize),
}

/// Reads a table. Empty lines and lines that begin with `#` are left out.
///
/// # Errors
/// [`CsvError`] names the line to look at.
pub fn records(text: &str) -> Result<Vec<Record>, CsvError> {
    let separator = separator(text);
    let mut records = Vec::new();
    let mut cells = Vec::new();
    let mut cell = String::new();
    let (mut line, mut began) = (1, 1);
    let mut quoted_since = None;
    let mut was_quoted = false;
    let mut characters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(character) = characters.next() {
        if let Some(start) = quoted_since {
            match character {
                '"' if characters.peek() == Some(&'"') => {
                    characters.next();
                    cell.push('"');
                }
                '"' => quoted_since = None,
                other => {
                    line += usize::from(other == '\n');
                    cell.push(other);
                    quoted_since = Some(start);
                }
            }
            continue;
        }
        match character {
            '"' if cell.trim().is_empty() && !was_quoted => {
                cell.clear();
                quoted_since = Some(line);
                was_quoted = true;
            }
            '\n' => {
                cells.push(finished(&mut cell, &mut was_quoted));
                take(&mut records, &mut cells, began);
                line += 1;
                began = line;
            }
            '\r' => {}
            other if other == separator => cells.push(finished(&mut cell, &mut was_quoted)),
            other => cell.push(other),
        }
    }
    if let Some(start) = quoted_since {
        return Err(CsvError::OpenQuote(start));
    }
    cells.push(finished(&mut cell, &mut was_quoted));
    take(&mut records, &mut cells, began);
    Ok(records)
}

/// The separator that the first line with any has most of.
fn separator(text: &str) -> char {
    let count = |line: &str, separator| line.matches(separator).count();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let best = ['\t', ';', ',']
                .into_iter()
                .max_by_key(|separator| count(line, *separator))?;
            (count(line, best) > 0).then_some(best)
        })
        .unwrap_or(',')
}

fn finished(cell: &mut String, was_quoted: &mut bool) -> String {
    *was_quoted = false;
    std::mem::take(cell).trim().to_owned()
}

fn take(records: &mut Vec<Record>, cells: &mut Vec<String>, line: usize) {
    let cells = std::mem::take(cells);
    let is_remark = cells.first().is_some_and(|first| first.starts_with('#'));
    if !is_remark && cells.iter().any(|cell| !cell.is_empty()) {
        records.push(Record { line, cells });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        records(text)
            .expect("a table")
            .into_iter()
            .map(|record| record.cells)
            .collect()
    }

    #[test]
    fn tables_come_in_many_forms() {
        for text in [
            "a,b\nc,d",
            "a;b\r\nc;d\r\n",
            "a\tb\nc\td\n\n",
            "\u{feff} a , b \n# remark, x\n,\nc,d",
            "\"a\",\"b\"\n\"c\",d",
        ] {
            assert_eq!(cells(text), [["a", "b"], ["c", "d"]], "{text:?}");
        }
        assert_eq!(cells("one"), [["one"]]);
        assert!(cells(" \n\n").is_empty());
    }

    #[test]
    fn quotes_hold_separators_quotes_and_lines() {
        assert_eq!(
            cells("\"a,\"\"b\"\"\nc\",d\ne,f"),
            [["a,\"b\"\nc", "d"], ["e", "f"]]
        );
        let found = records("x,y\n\"a\nb\",c\nd,e").expect("a table");
        assert_eq!(
            found.iter().map(|record| record.line).collect::<Vec<_>>(),
            [1, 2, 4]
        );
    }

    #[test]
    fn an_open_quote_is_named_by_its_line() {
        assert_eq!(records("a,b\nc,\"d\n"), Err(CsvError::OpenQuote(2)));
    }
}
