//! Tables as people paste them: separated by commas, semicolons or tabs, with or without quotes.

/// A row with the line that it begins at, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub line: usize,
    /// The line that it ends in.
    pub last: usize,
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
                take(&mut records, &mut cells, (began, line));
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
    take(&mut records, &mut cells, (began, line));
    Ok(records)
}

/// The table with another text in one cell of a row, and all else as it was. A row that is too short is made longer.
pub fn with_cell(text: &str, record: &Record, cell: usize, value: &str) -> String {
    let separator = separator(text);
    let mut cells = record.cells.clone();
    cells.resize(cells.len().max(cell + 1), String::new());
    value.clone_into(&mut cells[cell]);
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell, separator)).collect();
    let row = cells.join(&separator.to_string());
    let mut lines: Vec<&str> = text.split('\n').collect();
    let end = match lines[record.last - 1].ends_with('\r') {
        true => "\r",
        false => "",
    };
    let row = row + end;
    lines.splice(record.line - 1..record.last, [row.as_str()]);
    lines.join("\n")
}

/// A cell as it is read again.
fn quoted(cell: &str, separator: char) -> String {
    match cell.contains([separator, '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
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

fn take(records: &mut Vec<Record>, cells: &mut Vec<String>, (line, last): (usize, usize)) {
    let cells = std::mem::take(cells);
    let is_remark = cells.first().is_some_and(|first| first.starts_with('#'));
    if !is_remark && cells.iter().any(|cell| !cell.is_empty()) {
        records.push(Record { line, last, cells });
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
    fn a_cell_is_changed_and_the_rest_stays() {
        let text = "# remark\r\na;\"b;\"\"c\"\"\nd\"\r\ne;f;g\r\n\r\nh";
        let found = records(text).expect("a table");
        let change = |row: usize, cell, value| with_cell(text, &found[row], cell, value);
        assert_eq!(change(1, 1, "x"), text.replace("e;f;g", "e;x;g"));
        assert_eq!(change(2, 2, "x;y"), format!("{text};;\"x;y\""));
        assert_eq!(change(0, 0, "x"), text.replace("a;", "x;"));
        for (row, cell) in [(0, 2), (1, 0), (2, 0)] {
            let mut expected = cells(text);
            let longer = expected[row].len().max(cell + 1);
            expected[row].resize(longer, String::new());
            expected[row][cell] = "x".to_owned();
            assert_eq!(cells(&change(row, cell, "x")), expected);
        }
    }

    #[test]
    fn an_open_quote_is_named_by_its_line() {
        assert_eq!(records("a,b\nc,\"d\n"), Err(CsvError::OpenQuote(2)));
    }
}
