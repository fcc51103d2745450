//! Pages of REST lists, and the `Link` header that leads from one to the next.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use serde::Deserialize;

use super::subject::Subject;

const USUAL: usize = 30;
const LONGEST: usize = 100;

/// The page that is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Page {
    page: Option<usize>,
    per_page: Option<usize>,
}

impl Page {
    pub fn new(page: Option<usize>, per_page: Option<usize>) -> Self {
        Page { page, per_page }
    }

    fn length(&self) -> usize {
        self.per_page
            .filter(|length| *length > 0)
            .unwrap_or(USUAL)
            .min(LONGEST)
    }

    /// Takes this page of `all` and returns it with its `Link` header, if there is another page.
    pub fn of<T>(&self, all: Vec<T>, host: &str, asked: &Uri) -> (HeaderMap, Vec<T>) {
        self.at(all, host, asked.path(), asked.query())
    }

    /// The same for a list below a repository, whose pages GitHub addresses by its number.
    pub fn below<T>(&self, all: Vec<T>, subject: &Subject, asked: &Uri) -> (HeaderMap, Vec<T>) {
        let full_name = subject.repo.settings.full_name();
        let by_name = format!("/repos/{full_name}").to_lowercase();
        let path = asked.path();
        let start = path.to_lowercase().find(&by_name);
        let path = match start {
            Some(start) => format!(
                "{}/repositories/{}{}",
                &path[..start],
                subject.repo.settings.id,
                &path[start + by_name.len()..]
            ),
            None => path.to_owned(),
        };
        self.at(all, &subject.url, &path, asked.query())
    }

    fn at<T>(
        &self,
        all: Vec<T>,
        host: &str,
        path: &str,
        query: Option<&str>,
    ) -> (HeaderMap, Vec<T>) {
        let number = self.page.unwrap_or(1).max(1);
        let last = all.len().div_ceil(self.length()).max(1);
        let mut links = Vec::new();
        let mut link = |page: usize, rel: &str| {
            links.push(format!("<{}>; rel=\"{rel}\"", at(host, path, query, page)));
        };
        if number > 1 {
            link(number - 1, "prev");
        }
        if number < last {
            link(number + 1, "next");
            link(last, "last");
        }
        if number > 1 {
            link(1, "first");
        }
        let mut headers = HeaderMap::new();
        if let (false, Ok(value)) = (links.is_empty(), HeaderValue::from_str(&links.join(", "))) {
            headers.insert(header::LINK, value);
        }
        let skipped = (number - 1).saturating_mul(self.length());
        let page = all.into_iter().skip(skipped).take(self.length());
        (headers, page.collect())
    }
}

/// Returns the address of another page of a list.
fn at(host: &str, path: &str, query: Option<&str>, page: usize) -> String {
    let others = query.unwrap_or("").split('&');
    let mut query: Vec<String> = others
        .filter(|pair| !pair.is_empty() && !pair.starts_with("page="))
        .map(str::to_owned)
        .collect();
    query.push(format!("page={page}"));
    format!("{host}{path}?{}", query.join("&"))
}
