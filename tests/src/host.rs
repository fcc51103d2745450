//! This process as the place where the Worker runs.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use edge_worker::config::Config;
use edge_worker::host::{Host, NoAnswer, ObjectUnavailable};
use edge_worker::objects::fabric::copy::Due;
use edge_worker::objects::{self, Class};

use crate::objects::Database;

/// The native host: real HTTP, real SQLite, a map for KV.
pub struct NativeHost {
    config: Config,
    client: reqwest::Client,
    objects: Mutex<HashMap<(Class, String), Database>>,
    copies: Mutex<HashMap<String, String>>,
    log: Mutex<Vec<String>>,
    deadline_ms: Option<u64>,
    later_ms: Mutex<u64>,
    lost_copies: Mutex<u32>,
}

impl NativeHost {
    /// A host whose GitHub is at `github_url`.
    pub fn new(github_url: &str) -> Self {
        Self {
            config: Config::new(
                github_url,
                github_url,
                "a2V5LWZvci10ZXN0cy1vZi0zMi1ieXRlcy1sZW5ndGg=",
            ),
            client: reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            objects: Mutex::default(),
            copies: Mutex::default(),
            log: Mutex::default(),
            deadline_ms: None,
            later_ms: Mutex::default(),
            lost_copies: Mutex::default(),
        }
    }

    /// Gives every request to GitHub at most this long, for tests of a GitHub that hangs.
    pub fn with_deadline(mut self, deadline_ms: u64) -> Self {
        self.deadline_ms = Some(deadline_ms);
        self
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration_ms: u64) {
        *self.later_ms.lock().unwrap() += duration_ms;
    }

    /// Loses the next writes of public copies, though KV says that they happened.
    pub fn lose_copies(&self, count: u32) {
        *self.lost_copies.lock().unwrap() = count;
    }

    /// Takes a public copy away behind the Worker's back.
    pub fn drop_copy(&self, key: &str) {
        self.copies.lock().unwrap().remove(key);
    }

    /// Does what the fabric objects' alarms are set for by now.
    pub fn run_alarms(&self) {
        let objects = self.objects.lock().unwrap();
        let fabrics = objects
            .iter()
            .filter(|((class, _), _)| *class == Class::Fabric);
        for (_, database) in fabrics {
            let now_ms = self.now_ms();
            objects::fabric::end_overdue(database, now_ms).unwrap();
            while let Some(due) = objects::fabric::copy_due(database, now_ms).unwrap() {
                match due {
                    Due::Write { key, version, text } => {
                        self.write_copy(key, text);
                        objects::fabric::copy_written(database, version, now_ms).unwrap();
                    }
                    Due::Compare { key } => {
                        let found = self.copies.lock().unwrap().get(&key).cloned();
                        objects::fabric::copy_compared(database, found.as_deref(), now_ms).unwrap();
                    }
                }
            }
        }
    }

    fn write_copy(&self, key: String, text: Option<String>) {
        let mut lost = self.lost_copies.lock().unwrap();
        if *lost > 0 {
            *lost -= 1;
            return;
        }
        let mut copies = self.copies.lock().unwrap();
        match text {
            Some(text) => copies.insert(key, text),
            None => copies.remove(&key),
        };
    }

    /// Everything that is stored or was logged, as text.
    pub fn everything(&self) -> String {
        let objects: String = self
            .objects
            .lock()
            .unwrap()
            .values()
            .map(Database::dump)
            .collect();
        format!(
            "{objects}{:?}{:?}",
            self.copies.lock().unwrap(),
            self.log.lock().unwrap()
        )
    }

    /// How many fabrics have a record.
    pub fn fabrics(&self) -> usize {
        let objects = self.objects.lock().unwrap();
        let fabrics = objects
            .iter()
            .filter(|((class, _), _)| *class == Class::Fabric);
        fabrics
            .filter(|(_, database)| database.dump().contains("gitops_directory_status"))
            .count()
    }
}

impl Host for NativeHost {
    fn config(&self) -> &Config {
        &self.config
    }

    fn now_ms(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        u64::try_from(now.as_millis()).unwrap() + *self.later_ms.lock().unwrap()
    }

    fn random(&self, bytes: &mut [u8]) {
        use std::io::Read;
        std::fs::File::open("/dev/urandom")
            .unwrap()
            .read_exact(bytes)
            .unwrap();
    }

    async fn sleep(&self, duration_ms: u64) {
        tokio::time::sleep(Duration::from_millis(duration_ms)).await;
    }

    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
        deadline_ms: u64,
    ) -> Result<http::Response<Vec<u8>>, NoAnswer> {
        let failed = |error: reqwest::Error| NoAnswer(error.without_url().to_string());
        let exchange = async {
            let answer = self
                .client
                .execute(request.try_into().map_err(failed)?)
                .await
                .map_err(failed)?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let mut response = http::Response::new(answer.bytes().await.map_err(failed)?.to_vec());
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        };
        let deadline = Duration::from_millis(self.deadline_ms.unwrap_or(deadline_ms));
        tokio::time::timeout(deadline, exchange)
            .await
            .unwrap_or_else(|_| Err(NoAnswer("nothing in time".to_owned())))
    }

    async fn call(
        &self,
        class: Class,
        name: &str,
        message: String,
    ) -> Result<String, ObjectUnavailable> {
        // Let others run in between, as they may while workerd delivers a message.
        tokio::task::yield_now().await;
        let mut objects = self.objects.lock().unwrap();
        let database = objects
            .entry((class, name.to_owned()))
            .or_insert_with(Database::open);
        let reply = objects::handle(class, database, &message);
        if class == Class::Fabric
            && let Some((key, version, text)) = objects::fabric::waiting_copy(database).unwrap()
        {
            self.write_copy(key, text);
            objects::fabric::copy_written(database, version, self.now_ms()).unwrap();
        }
        if class == Class::Fabric
            && let Some((version, message)) = objects::listing::waiting(database).unwrap()
        {
            objects::listing::written(database, version).unwrap();
            let index = (Class::Index, objects::index::NAME.to_owned());
            let index = objects.entry(index).or_insert_with(Database::open);
            assert!(objects::index::is_done(&objects::handle(
                Class::Index,
                index,
                &message
            )));
        }
        Ok(reply)
    }

    async fn public_copy(&self, key: &str) -> Option<String> {
        self.copies.lock().unwrap().get(key).cloned()
    }

    fn log(&self, line: &str) {
        self.log.lock().unwrap().push(line.to_owned());
    }
}
