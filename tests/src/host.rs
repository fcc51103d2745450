//! This process as the place where the Worker runs.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Deref;
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use edge_worker::config::Config;
use edge_worker::host::{Host, Limit, NoAnswer, NotQueued, ObjectUnavailable};
use edge_worker::jobs::{self, MOST_RETRIES, Worked};
use edge_worker::objects::alarm::ObjectHost;
use edge_worker::objects::fabric::{LiveRecord, NotOpened, Watch, live_record};
use edge_worker::objects::{self, Class, Sql, Tables, alarm};

use edge_worker::{Accepted, Writer};
use github_standin::{Delays, Secrets, Standin};
use shared::names::FabricId;
use tokio::task::JoinHandle;

use crate::objects::Database;
use crate::sockets::Sockets;
use crate::trace;

/// The native host: real HTTP, real SQLite, a map for KV.
pub struct NativeHost {
    config: Cell<&'static Config>,
    client: reqwest::Client,
    objects: Mutex<HashMap<(Class, String), Arc<Database>>>,
    copies: Mutex<HashMap<String, String>>,
    log: Mutex<Vec<String>>,
    delays: Option<Delays>,
    exchanges: AtomicU64,
    fast_clock: bool,
    later_ms: Mutex<i64>,
    lost_copies: Mutex<u32>,
    kv: Mutex<Kv>,
    /// The fabrics whose public copy is being written.
    copying: Mutex<BTreeSet<String>>,
    /// Whether the storage of objects deletes nothing.
    refuses_deletion: Mutex<bool>,
    keeps_sockets: AtomicBool,
    holds_deliveries: Mutex<bool>,
    limit: Mutex<Option<u32>>,
    /// Whether nobody can tell how many requests there were.
    forgets_to_count: Mutex<bool>,
    counted: Mutex<HashMap<(Limit, String), u32>>,
    secrets: Option<Secrets>,
    cookies: Mutex<Vec<String>>,
    death: Mutex<Death>,
    /// What messages to objects contain that are held, and whether one is.
    held: Mutex<BTreeMap<String, bool>>,
    /// What the message to an object contains whose answer is lost.
    lost_answer: Mutex<Option<String>>,
    /// What the message to an object contains that never arrives.
    lost_message: Mutex<Option<String>>,
    /// What the message to an object contains that its object does not take.
    refused_message: Mutex<Option<String>>,
    /// What the messages to objects contain whose answers are counted, and how many there were.
    counted_messages: Mutex<BTreeMap<String, u32>>,
    beat_ms: AtomicU64,
    messages: AtomicU64,
    /// How often something else was asked for each request before it came here.
    asked_before: AtomicU64,
    /// When the alarms of objects are due, as workerd would have set them, and how often one was set.
    alarms: Mutex<HashMap<(Class, String), u64>>,
    alarms_set: AtomicU64,
    pause: Mutex<Pause>,
    sockets: Sockets,
    /// What the objects of repositories remember, and what they are doing.
    writers: Mutex<HashMap<String, Rc<Writer>>>,
    working: Mutex<HashMap<String, JoinHandle<()>>>,
    own: Weak<Self>,
    queue: Mutex<Queue>,
}

/// A host whose objects live on their own.
pub struct SharedHost(Rc<NativeHost>);

impl Deref for SharedHost {
    type Target = NativeHost;

    fn deref(&self) -> &NativeHost {
        &self.0
    }
}

/// The queue of jobs, and of those that failed for good.
#[derive(Default)]
struct Queue {
    waiting: Vec<Queued>,
    failed: Vec<String>,
    is_missing: bool,
}

/// A job that waits.
#[derive(Clone)]
struct Queued {
    job: String,
    due_ms: u64,
    retries: u32,
}

/// Which one message to an object is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    None,
    /// The one that follows so many others.
    In(u32),
    Held,
}

/// What KV does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KvMood {
    Answers,
    Refuses,
    SaysNothing,
    /// It writes, and its answer is lost.
    AnswersTooLate,
    /// It does neither until it is let do something else.
    Waits,
}

impl KvMood {
    /// Nobody hears of it before a deadline.
    fn is_silent(self) -> bool {
        matches!(self, Self::SaysNothing | Self::AnswersTooLate)
    }
}

/// KV, and how often it was to write.
struct Kv {
    mood: KvMood,
    writes: u32,
}

/// When the Worker dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Death {
    Never,
    /// Before the message to an object or the request to GitHub that follows so many others.
    In(u32),
    Dead,
}

/// At its end a host looks through everything that was stored or logged: no token, no code, no secret of GitHub's, and no
/// half of a cookie that opens a session may be there.
impl Drop for NativeHost {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let everything = self.everything();
        if let Some(secrets) = &self.secrets {
            assert!(
                !secrets.are_in(&everything),
                "a token at rest or in the log"
            );
        }
        for secret in self.cookies.lock().unwrap().iter() {
            let found = everything.contains(secret);
            assert!(!found, "a cookie's secret at rest or in the log");
        }
    }
}

impl NativeHost {
    /// A host whose GitHub is at `github_url`.
    pub fn new(github_url: &str) -> Self {
        Self {
            config: Cell::new(Box::leak(Box::new(config(github_url)))),
            client: reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            objects: Mutex::default(),
            copies: Mutex::default(),
            log: Mutex::default(),
            delays: None,
            exchanges: AtomicU64::default(),
            fast_clock: false,
            later_ms: Mutex::default(),
            lost_copies: Mutex::default(),
            kv: Mutex::new(Kv {
                mood: KvMood::Answers,
                writes: 0,
            }),
            copying: Mutex::default(),
            refuses_deletion: Mutex::default(),
            keeps_sockets: AtomicBool::default(),
            holds_deliveries: Mutex::default(),
            limit: Mutex::default(),
            forgets_to_count: Mutex::default(),
            counted: Mutex::default(),
            secrets: None,
            cookies: Mutex::default(),
            death: Mutex::new(Death::Never),
            held: Mutex::default(),
            pause: Mutex::new(Pause::None),
            lost_answer: Mutex::default(),
            lost_message: Mutex::default(),
            refused_message: Mutex::default(),
            counted_messages: Mutex::default(),
            beat_ms: AtomicU64::new(3_000),
            messages: AtomicU64::default(),
            asked_before: AtomicU64::default(),
            alarms: Mutex::default(),
            alarms_set: AtomicU64::default(),
            sockets: Sockets::default(),
            writers: Mutex::default(),
            working: Mutex::default(),
            own: Weak::new(),
            queue: Mutex::default(),
        }
    }

    /// The jobs that wait, due or not.
    pub fn jobs(&self) -> Vec<String> {
        let queue = self.queue.lock().unwrap();
        queue
            .waiting
            .iter()
            .map(|queued| queued.job.clone())
            .collect()
    }

    /// The jobs that failed for good.
    pub fn failed_jobs(&self) -> Vec<String> {
        self.queue.lock().unwrap().failed.clone()
    }

    /// Loses all jobs that wait, as where whoever works them dies each time.
    pub fn lose_jobs(&self) {
        self.queue.lock().unwrap().waiting.clear();
    }

    /// Queues a job again, as the queue does now and then.
    pub fn repeat_job(&self, job: &str) {
        self.put(job.to_owned(), 0);
    }

    /// Takes the queue away, as where it was never made, or brings it back.
    pub fn miss_queue(&self, is_missing: bool) {
        self.queue.lock().unwrap().is_missing = is_missing;
    }

    fn put(&self, job: String, delay_s: u32) {
        let due_ms = self.now_ms() + u64::from(delay_s) * 1000;
        let retries = 0;
        let mut queue = self.queue.lock().unwrap();
        queue.waiting.push(Queued {
            job,
            due_ms,
            retries,
        });
    }

    /// Works one job that is due as workerd has it worked, and tells whether there was one.
    pub async fn work_job(&self) -> bool {
        let now_ms = self.now_ms();
        let due = {
            let mut queue = self.queue.lock().unwrap();
            let due = queue
                .waiting
                .iter()
                .position(|queued| queued.due_ms <= now_ms);
            due.map(|due| queue.waiting.remove(due))
        };
        let Some(mut queued) = due else { return false };
        let Worked::Again { after_s } = jobs::work(self, &queued.job).await else {
            return true;
        };
        queued.retries += 1;
        if queued.retries > MOST_RETRIES {
            jobs::bury(self, &queued.job).await;
            self.queue.lock().unwrap().failed.push(queued.job);
            return true;
        }
        queued.due_ms = self.now_ms() + u64::from(after_s) * 1000;
        self.queue.lock().unwrap().waiting.push(queued);
        true
    }

    /// Works jobs until none is due, and tells how many there were.
    pub async fn work_jobs(&self) -> usize {
        let mut worked = 0;
        while self.work_job().await {
            worked += 1;
        }
        worked
    }

    /// Works jobs until none waits, letting the time pass that they wait.
    pub async fn work_all_jobs(&self) {
        loop {
            self.work_jobs().await;
            let next = self
                .queue
                .lock()
                .unwrap()
                .waiting
                .iter()
                .map(|queued| queued.due_ms)
                .min();
            match next {
                Some(due_ms) => self.advance(due_ms.saturating_sub(self.now_ms())),
                None => return,
            }
        }
    }

    /// The host where its objects live on their own, whether or not somebody waits for them.
    pub fn shared(mut self) -> SharedHost {
        SharedHost(Rc::new_cyclic(|own| {
            self.own = own.clone();
            self
        }))
    }

    /// Lets the Worker die before the message to an object or the request to GitHub that follows so many others.
    pub fn die_in(&self, steps: u32) {
        *self.death.lock().unwrap() = Death::In(steps);
    }

    /// Starts the Worker again, and tells whether it had died.
    pub fn revive(&self) -> bool {
        let death = std::mem::replace(&mut *self.death.lock().unwrap(), Death::Never);
        let died = death == Death::Dead;
        if died {
            self.restart_objects();
        }
        died
    }

    /// Ends what objects are doing and what they remember, and starts them again: what they have stored is there, and so are
    /// their alarms.
    pub fn restart_objects(&self) {
        for (_, task) in self.working.lock().unwrap().drain() {
            task.abort();
        }
        self.writers.lock().unwrap().clear();
        let repositories: Vec<String> = {
            let objects = self.objects.lock().unwrap();
            let names = objects
                .keys()
                .filter(|(class, _)| *class == Class::Repository);
            names.map(|(_, name)| name.clone()).collect()
        };
        for name in repositories {
            if self.next_alarm(Class::Repository, &name) == Some(0) {
                self.work_off_writes(&name);
            }
        }
    }

    /// What the object of a repository remembers.
    fn writer(&self, repository: &str) -> Rc<Writer> {
        let mut writers = self.writers.lock().unwrap();
        writers.entry(repository.to_owned()).or_default().clone()
    }

    /// Lets the object of a repository work off what waits to be written, as its alarm does, until nothing does.
    fn work_off_writes(&self, repository: &str) {
        let mut working = self.working.lock().unwrap();
        if working
            .get(repository)
            .is_some_and(|task| !task.is_finished())
        {
            return;
        }
        let host = self.own.upgrade().expect("a shared host");
        let (name, writer) = (repository.to_owned(), self.writer(repository));
        let task = tokio::task::spawn_local(async move {
            loop {
                let database = host.database(Class::Repository, &name);
                let tables = Tables::of(Class::Repository, &*database);
                match writer.work(&tables, &*host).await {
                    Some(0) => tokio::task::yield_now().await,
                    Some(after_ms) => Host::sleep(&*host, after_ms).await,
                    None => break,
                }
            }
        });
        working.insert(repository.to_owned(), task);
    }

    /// Waits until so many writes wait for their turn, or have it.
    pub async fn hears_writes(&self, count: usize) {
        let waiting = || -> usize {
            let databases = self.databases().into_iter();
            let repositories = databases.filter(|(class, ..)| *class == Class::Repository);
            repositories
                .map(|(_, _, sql)| sql.matches("INSERT INTO writes").count())
                .sum()
        };
        let heard = async {
            while waiting() < count {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let hang = Duration::from_secs(180);
        tokio::time::timeout(hang, heard).await.expect("writes");
    }

    /// Waits until no object of a repository has anything to write.
    pub async fn writes_are_over(&self) {
        let over = async {
            while self
                .working
                .lock()
                .unwrap()
                .values()
                .any(|task| !task.is_finished())
            {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let hang = Duration::from_secs(180);
        tokio::time::timeout(hang, over).await.expect("an end");
    }

    /// Waits until the Worker is dead; whatever it was doing has to be dropped then.
    pub async fn death(&self) {
        while *self.death.lock().unwrap() != Death::Dead {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Does one thing up to the message to an object that follows so many others, then the other from beginning to end, and
    /// then the rest of the first.
    pub async fn interrupt<A, B>(
        &self,
        messages: u32,
        first: impl Future<Output = A>,
        other: impl Future<Output = B>,
    ) -> (A, B) {
        *self.pause.lock().unwrap() = Pause::In(messages);
        let first = async {
            let done = first.await;
            *self.pause.lock().unwrap() = Pause::None;
            done
        };
        let other = async {
            while matches!(*self.pause.lock().unwrap(), Pause::In(_)) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let done = other.await;
            *self.pause.lock().unwrap() = Pause::None;
            done
        };
        let hang = Duration::from_secs(180);
        let both = async { tokio::join!(first, other) };
        tokio::time::timeout(hang, both).await.expect("an end")
    }

    /// A message that may be the one which is held.
    async fn pause(&self) {
        let is_held = {
            let mut pause = self.pause.lock().unwrap();
            *pause = match *pause {
                Pause::In(0) => Pause::Held,
                Pause::In(messages) => Pause::In(messages - 1),
                Pause::Held | Pause::None => return,
            };
            *pause == Pause::Held
        };
        while is_held && *self.pause.lock().unwrap() == Pause::Held {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Holds messages to objects that contain a text, until it is let go.
    pub fn hold(&self, text: &str) {
        self.held.lock().unwrap().insert(text.to_owned(), false);
    }

    /// Waits until such a message is held.
    pub async fn holds(&self, text: &str) {
        let held = async {
            while !self.held.lock().unwrap()[text] {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let hang = Duration::from_secs(180);
        tokio::time::timeout(hang, held).await.expect("a message");
    }

    pub fn let_go(&self, text: &str) {
        self.held.lock().unwrap().remove(text);
    }

    /// Loses the answer to the next message to an object that contains a text.
    pub fn lose_answer(&self, text: &str) {
        *self.lost_answer.lock().unwrap() = Some(text.to_owned());
    }

    /// Loses the next message to an object that contains a text: who sent it hears nothing.
    pub fn lose_message(&self, text: &str) {
        *self.lost_message.lock().unwrap() = Some(text.to_owned());
    }

    /// Lets the next message to an object that contains a text fail, before the object does anything.
    pub fn refuse_message(&self, text: &str) {
        *self.refused_message.lock().unwrap() = Some(text.to_owned());
    }

    /// Tells whether the message is not lost yet.
    pub fn is_to_lose(&self) -> bool {
        self.lost_message.lock().unwrap().is_some()
    }

    /// Lets whoever carries something out say so every few milliseconds, by the clock on the wall.
    pub fn beat_every(&self, beat_ms: u64) {
        self.beat_ms.store(beat_ms, Ordering::Relaxed);
    }

    /// Counts the messages to objects that contain a text and are sent from now on.
    pub fn count(&self, text: &str) {
        let mut counts = self.counted_messages.lock().unwrap();
        counts.insert(text.to_owned(), 0);
    }

    /// How many there were.
    pub fn counted(&self, text: &str) -> u32 {
        self.counted_messages.lock().unwrap()[text]
    }

    /// Waits until a message to an object that contains a text, and is sent from now on, was heard.
    pub async fn hears(&self, text: &str) {
        self.count(text);
        let heard = async {
            while self.counted(text) == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let hang = Duration::from_secs(180);
        tokio::time::timeout(hang, heard).await.expect("a message");
    }

    /// Tells whether a message is the one that contains this text, which the next one is not.
    fn takes(&self, text: &Mutex<Option<String>>, message: &str) -> bool {
        let mut text = text.lock().unwrap();
        text.take_if(|text| message.contains(text.as_str()))
            .is_some()
    }

    fn count_message(&self, message: &str) {
        let mut counts = self.counted_messages.lock().unwrap();
        for (_, count) in counts
            .iter_mut()
            .filter(|(text, _)| message.contains(text.as_str()))
        {
            *count += 1;
        }
    }

    fn is_held(&self, message: &str) -> bool {
        let mut held = self.held.lock().unwrap();
        let mut of_message = held.iter_mut().filter(|(text, _)| message.contains(*text));
        let Some((_, is_held)) = of_message.next() else {
            return false;
        };
        *is_held = true;
        true
    }

    /// A step of the Worker, which may be the one that it never takes.
    async fn step(&self) {
        let is_over = {
            let mut death = self.death.lock().unwrap();
            *death = match *death {
                Death::In(0) | Death::Dead => Death::Dead,
                Death::In(steps) => Death::In(steps - 1),
                Death::Never => Death::Never,
            };
            *death == Death::Dead
        };
        if is_over {
            std::future::pending().await
        }
    }

    /// Lets each address and each person send so many requests.
    pub fn limit_to(&self, requests: u32) {
        *self.limit.lock().unwrap() = Some(requests);
    }

    /// Lets nobody tell any more how many requests there were.
    pub fn forget_to_count(&self) {
        *self.forgets_to_count.lock().unwrap() = true;
    }

    /// Does what a session object's alarm does, and says in how many milliseconds the next one is due.
    pub fn sweep_session(&self, name: &str) -> Option<u64> {
        self.run_alarm(Class::Session, name)
    }

    pub fn log_lines(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// Looks for this GitHub's secrets in whatever is answered, stored or logged.
    pub fn watching(mut self, standin: &Standin) -> Self {
        self.secrets = Some(standin.secrets());
        self
    }

    /// Looks through an answer, and remembers the cookies in it.
    pub fn watch(&self, headers: &http::HeaderMap, text: &str) {
        if let Some(secrets) = &self.secrets {
            let found = secrets.are_in(&format!("{headers:?}\n{text}"));
            assert!(!found, "a token in an answer");
        }
        for cookie in headers.get_all(http::header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            if let Some((_, secret)) = cookie.split_once('.') {
                self.cookies.lock().unwrap().push(secret.to_owned());
            }
        }
    }

    /// Lets the deadline of a request pass as soon as this GitHub hangs on it.
    pub fn giving_up_on(mut self, standin: &Standin) -> Self {
        self.delays = Some(standin.delays());
        self
    }

    /// Changes what an operator configures.
    pub fn configure(&self, change: impl FnOnce(&mut Config)) {
        let mut config = self.config.get().clone();
        change(&mut config);
        // Requests that are under way keep the one that they began with.
        self.config.set(Box::leak(Box::new(config)));
    }

    /// Lets the clock run ahead where somebody waits, instead of waiting; for one request at a time.
    pub fn with_fast_clock(mut self) -> Self {
        self.fast_clock = true;
        self
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration_ms: u64) {
        *self.later_ms.lock().unwrap() += i64::try_from(duration_ms).unwrap();
    }

    /// Moves the clock back, so that what happens now was long ago once it is moved forward again.
    pub fn go_back(&self, duration_ms: u64) {
        *self.later_ms.lock().unwrap() -= i64::try_from(duration_ms).unwrap();
    }

    /// Loses the next writes of public copies, though KV says that they happened.
    pub fn lose_copies(&self, count: u32) {
        *self.lost_copies.lock().unwrap() = count;
    }

    /// Leaves what an object has to deliver in its database: the public copy, and the row of the index.
    pub fn hold_deliveries(&self, are_held: bool) {
        *self.holds_deliveries.lock().unwrap() = are_held;
    }

    pub fn set_clock(&self, now_ms: u64) {
        *self.later_ms.lock().unwrap() = 0;
        let ahead = i64::try_from(now_ms).unwrap() - i64::try_from(self.now_ms()).unwrap();
        *self.later_ms.lock().unwrap() = ahead;
    }

    /// Every object's database as statements, by class and name.
    pub fn databases(&self) -> Vec<(Class, String, String)> {
        let objects = self.objects.lock().unwrap();
        let mut all: Vec<_> = objects
            .iter()
            .map(|((class, name), database)| (*class, name.clone(), database.to_sql()))
            .collect();
        all.sort_by_key(|(class, name, _)| (class.binding(), name.clone()));
        all
    }

    /// Gives an object the database that these statements make.
    pub fn put_database(&self, class: Class, name: &str, statements: &str) {
        let database = Arc::new(Database::of_sql(statements));
        let key = (class, name.to_owned());
        self.objects.lock().unwrap().insert(key, database);
    }

    /// Takes an object's database away.
    pub fn drop_database(&self, class: Class, name: &str) {
        self.objects
            .lock()
            .unwrap()
            .remove(&(class, name.to_owned()));
    }

    /// The public copies, by their keys.
    pub fn copies(&self) -> BTreeMap<String, String> {
        self.copies.lock().unwrap().clone().into_iter().collect()
    }

    /// Puts a public copy where KV has it.
    pub fn put_copy(&self, key: &str, text: &str) {
        self.copies
            .lock()
            .unwrap()
            .insert(key.to_owned(), text.to_owned());
    }

    /// Takes a public copy away behind the Worker's back.
    pub fn drop_copy(&self, key: &str) {
        self.copies.lock().unwrap().remove(key);
    }

    /// Does what the fabric objects' alarms are set for by now.
    pub fn run_alarms(&self) {
        let objects = self.objects.lock().unwrap();
        let fabrics = objects.keys().filter(|(class, _)| *class == Class::Fabric);
        let names: Vec<String> = fabrics.map(|(_, name)| name.clone()).collect();
        drop(objects);
        for name in names {
            // One that has more to do at once sets the next alarm.
            while self.run_alarm(Class::Fabric, &name) == Some(0) {}
        }
    }

    /// Does what an object's alarm does, and says in how many milliseconds the next one is due.
    pub fn run_alarm(&self, class: Class, name: &str) -> Option<u64> {
        at_once(self.alarm(class, name))
    }

    /// The same where other things may happen to the object meanwhile.
    pub async fn alarm(&self, class: Class, name: &str) -> Option<u64> {
        let database = self.database(class, name);
        alarm::run(&Tables::of(class, &*database), &self.reach(class, name)).await
    }

    /// In how many milliseconds an object's alarm is due.
    pub fn next_alarm(&self, class: Class, name: &str) -> Option<u64> {
        let database = self.database(class, name);
        alarm::next(&Tables::of(class, &*database), self.now_ms()).unwrap()
    }

    /// An object's database, which is made when it is first used.
    fn database(&self, class: Class, name: &str) -> Arc<Database> {
        let mut objects = self.objects.lock().unwrap();
        let database = objects.entry((class, name.to_owned()));
        database
            .or_insert_with(|| Arc::new(Database::open()))
            .clone()
    }

    fn reach(&self, class: Class, name: &str) -> NativeObject<'_> {
        let key = (class, name.to_owned());
        let told = self.watched(&key).map(|now| now.version);
        NativeObject {
            host: self,
            key,
            told: Cell::new(told),
        }
    }

    pub(crate) fn sockets(&self) -> &Sockets {
        &self.sockets
    }

    /// The record of an object that somebody watches.
    fn watched(&self, (class, name): &(Class, String)) -> Option<LiveRecord> {
        let is_watched = *class == Class::Fabric && self.sockets.are_at(name);
        is_watched.then(|| self.live(name)).flatten()
    }

    /// Lets fabrics' objects say nothing where sockets are to end, or do so again.
    pub fn keep_sockets(&self, are_kept: bool) {
        self.keeps_sockets.store(are_kept, Ordering::Relaxed);
    }

    /// Ends the sockets of a session at a fabric, if its object answers.
    fn end(&self, fabric: &str, session: &str) -> Result<(), String> {
        if self.keeps_sockets.load(Ordering::Relaxed) {
            return Err("it is not there".to_owned());
        }
        self.messages.fetch_add(1, Ordering::Relaxed);
        self.sockets.end(fabric, session);
        Ok(())
    }

    /// Lets the storage of objects delete nothing, or do so again.
    pub fn refuse_deletion(&self, is_refused: bool) {
        *self.refuses_deletion.lock().unwrap() = is_refused;
    }

    /// How many rows were written in an object's database so far.
    pub fn rows_written(&self, class: Class, name: &str) -> u64 {
        let objects = self.objects.lock().unwrap();
        let database = objects.get(&(class, name.to_owned()));
        database.map_or(0, |database| database.rows_written())
    }

    /// Lets KV answer, refuse or say nothing.
    pub fn let_kv(&self, mood: KvMood) {
        self.kv.lock().unwrap().mood = mood;
    }

    /// How often a public copy was written or deleted, whether KV did it or not.
    pub fn kv_writes(&self) -> u32 {
        self.kv.lock().unwrap().writes
    }

    /// Waits until KV is to write, and has not been since it was to so often.
    pub async fn kv_is_written(&self, before: u32) {
        let written = async {
            while self.kv_writes() == before {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let hang = Duration::from_secs(180);
        tokio::time::timeout(hang, written).await.expect("a write");
    }

    fn kv_mood(&self) -> KvMood {
        self.kv.lock().unwrap().mood
    }

    fn write_copy(&self, key: &str, text: Option<&str>) {
        let mut lost = self.lost_copies.lock().unwrap();
        if *lost > 0 {
            *lost -= 1;
            return;
        }
        let mut copies = self.copies.lock().unwrap();
        match text {
            Some(text) => copies.insert(key.to_owned(), text.to_owned()),
            None => copies.remove(key),
        };
    }

    /// What those who watch a fabric are told of it.
    pub fn live_record(&self, fabric: &str) -> LiveRecord {
        self.live(fabric).unwrap()
    }

    fn live(&self, fabric: &str) -> Option<LiveRecord> {
        let database = self.database(Class::Fabric, fabric);
        live_record(
            &Tables::of(Class::Fabric, &*database),
            &self.config.get().github_url,
        )
        .unwrap()
    }

    /// What objects keep with their sockets, as text.
    pub fn kept_with_sockets(&self) -> String {
        self.sockets.kept()
    }

    /// In how many milliseconds the next socket of a fabric ends by itself.
    pub fn next_socket_end(&self, fabric: &str) -> Option<u64> {
        let now_ms = self.now_ms();
        let now = self.live(fabric)?;
        let end_ms = self.sockets.next_end(fabric, &now, now_ms)?;
        Some(end_ms - now_ms)
    }

    /// What all objects of a class hold, after each did what is due, as text.
    pub fn held_by(&self, class: Class) -> String {
        let objects = self.objects.lock().unwrap();
        let names = objects.keys().filter(|(known, _)| *known == class);
        let names: Vec<String> = names.map(|(_, name)| name.clone()).collect();
        drop(objects);
        let held = names.iter().map(|name| {
            self.run_alarm(class, name);
            self.database(class, name).dump()
        });
        held.collect()
    }

    /// Everything that is stored or was logged, as text.
    pub fn everything(&self) -> String {
        let objects: String = self
            .objects
            .lock()
            .unwrap()
            .values()
            .map(|database| database.dump())
            .collect();
        format!(
            "{objects}{}{:?}{:?}{:?}",
            self.sockets.kept(),
            self.copies.lock().unwrap(),
            self.log.lock().unwrap(),
            (self.jobs(), self.failed_jobs())
        )
    }

    /// Puts the databases into the form that they had before GitHub's numbers were recorded.
    pub fn forget_numbers(&self) {
        for ((class, _), database) in &*self.objects.lock().unwrap() {
            let statements: &[&str] = match class {
                Class::Fabric => &["ALTER TABLE place DROP COLUMN number"],
                Class::Repository => &["DROP TABLE handed_over", "DROP TABLE taken_over"],
                Class::Index => &[
                    "DROP INDEX fabrics_by_number",
                    "DROP INDEX fabrics_without_number",
                    "ALTER TABLE fabrics DROP COLUMN number",
                ],
                Class::Session => {
                    &["UPDATE repositories SET list = replace(list, '\"number\"', '\"unknown\"')"]
                }
            };
            // That version kept no count of steps either.
            for statement in statements.iter().chain(&["DROP TABLE IF EXISTS schema"]) {
                database.run(statement, &[]).unwrap();
            }
        }
    }

    /// Lets each request that follows have asked something else so often already.
    pub fn ask_before(&self, count: u64) {
        self.asked_before.store(count, Ordering::Relaxed);
    }

    /// What all objects did so far: messages, statements, steps of SQLite, rows written, and alarms set.
    pub fn costs(&self) -> [u64; 5] {
        let objects = self.objects.lock().unwrap();
        let messages = self.messages.load(Ordering::Relaxed);
        let mut costs = [messages, 0, 0, 0, self.alarms_set.load(Ordering::Relaxed)];
        for database in objects.values() {
            for (sum, count) in costs[1..4].iter_mut().zip(database.counts()) {
                *sum += count;
            }
        }
        costs
    }

    /// Sets an object's alarm as workerd does, and tells whether it is due.
    fn set_alarm(&self, class: Class, name: &str, database: &Tables<&Database>) -> bool {
        let now_ms = self.now_ms();
        let mut alarms = self.alarms.lock().unwrap();
        let set = alarms.get(&(class, name.to_owned())).copied();
        if let Some(at_ms) = alarm::to_set(database, now_ms, set).unwrap() {
            alarms.insert((class, name.to_owned()), at_ms);
            self.alarms_set.fetch_add(1, Ordering::Relaxed);
        }
        let is_due = alarms.get(&(class, name.to_owned()));
        is_due.is_some_and(|at_ms| *at_ms <= now_ms)
    }

    /// When the alarm of an object is set to.
    pub fn alarm_of(&self, class: Class, name: &str) -> Option<u64> {
        let alarms = self.alarms.lock().unwrap();
        alarms.get(&(class, name.to_owned())).copied()
    }

    /// Moves the clock forward, and does meanwhile what the alarms of a class are set for.
    pub fn run_due_alarms(&self, class: Class, duration_ms: u64) {
        let end_ms = self.now_ms() + duration_ms;
        loop {
            let alarms = self.alarms.lock().unwrap().clone();
            let due = alarms
                .into_iter()
                .filter(|((of, _), at)| *of == class && *at <= end_ms);
            let Some(((_, name), at_ms)) = due.min_by_key(|(_, at)| *at) else {
                break;
            };
            self.advance(at_ms.saturating_sub(self.now_ms()));
            self.alarms.lock().unwrap().remove(&(class, name.clone()));
            if let Some(after_ms) = self.run_alarm(class, &name) {
                let next = self.now_ms() + after_ms;
                self.alarms.lock().unwrap().insert((class, name), next);
            }
        }
        self.advance(end_ms.saturating_sub(self.now_ms()));
    }

    /// Runs a statement in the database of the object of a class and a name.
    pub fn sql(&self, class: Class, name: &str, statement: &str) {
        let objects = self.objects.lock().unwrap();
        let database = &objects[&(class, name.to_owned())];
        let tables = Tables::of(class, &**database);
        tables.run(statement, &[]).unwrap();
    }

    /// What the object of a class and a name holds, as text.
    pub fn object(&self, class: Class, name: &str) -> String {
        let objects = self.objects.lock().unwrap();
        let database = objects.get(&(class, name.to_owned()));
        database.map(|database| database.dump()).unwrap_or_default()
    }

    /// Lets the copies of records that are held back while they are young be written as if that were over.
    pub fn tell_young(&self) {
        for (class, name, _) in self.databases() {
            if class == Class::Fabric {
                self.sql(class, &name, "UPDATE listing SET due_ms = 0");
                self.run_alarm(class, &name);
            }
        }
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

/// The App that the stand-in has from the start.
fn config(github_url: &str) -> Config {
    Config::read(|name| {
        let value = match name {
            "GITHUB_API_URL" | "GITHUB_URL" => github_url,
            "SESSION_KEY" => "a2V5LWZvci10ZXN0cy1vZi0zMi1ieXRlcy1sZW5ndGg=",
            "GITHUB_APP_ID" => "424242",
            "GITHUB_APP_SLUG" => "hedgerow-standin",
            "GITHUB_APP_CLIENT_ID" => github_standin::CLIENT_ID,
            "GITHUB_APP_CLIENT_SECRET" => github_standin::CLIENT_SECRET,
            "GITHUB_WEBHOOK_SECRET" => crate::WEBHOOK_SECRET,
            "GITHUB_APP_PRIVATE_KEY" => github_standin::PRIVATE_KEY,
            _ => return None,
        };
        Some(value.to_owned())
    })
}

impl NativeHost {
    fn deliver(
        &self,
        class: Class,
        name: &str,
        message: String,
    ) -> Result<String, ObjectUnavailable> {
        self.messages.fetch_add(1, Ordering::Relaxed);
        let (database, object) = (self.database(class, name), self.reach(class, name));
        let tables = &Tables::of(class, &*database);
        let reply = objects::handle(tables, &message);
        object.tell_watchers();
        at_once(alarm::sockets_before_answer(&message, tables, &object));
        let is_due = self.set_alarm(class, name, tables);
        trace::message(class.binding(), &message, &reply);
        if class == Class::Fabric {
            at_once(alarm::row_before_answer(&message, tables, &object));
        }
        if class == Class::Fabric && !*self.holds_deliveries.lock().unwrap() {
            // Its alarm is due at once; nobody waits for the second that lies between two writes of a key.
            let earlier = self.now_ms() - 1_000;
            tables
                .run(
                    "UPDATE copied SET at_ms = ?1 WHERE at_ms > ?1 AND EXISTS (SELECT 1 FROM outbox)",
                    &[earlier.into()],
                )
                .unwrap();
            at_once(alarm::deliver(tables, &object)).unwrap();
            if is_due {
                self.alarms
                    .lock()
                    .unwrap()
                    .remove(&(class, name.to_owned()));
                self.set_alarm(class, name, tables);
            }
        }
        Ok(reply)
    }
}

/// What an object reaches: this process.
pub struct NativeObject<'a> {
    host: &'a NativeHost,
    key: (Class, String),
    /// The version that watchers were told last.
    told: Cell<Option<u64>>,
}

impl ObjectHost for NativeObject<'_> {
    fn now_ms(&self) -> u64 {
        self.host.now_ms()
    }

    /// Deadlines pass where nothing else would end.
    async fn sleep(&self, _: u64) {
        if !self.host.kv_mood().is_silent() {
            std::future::pending().await
        }
    }

    async fn put_copy(&self, key: &str, text: Option<&str>) -> Result<(), String> {
        self.host.kv.lock().unwrap().writes += 1;
        if self.host.kv_mood() == KvMood::AnswersTooLate {
            self.host.write_copy(key, text);
        }
        self.kv().await?;
        self.host.write_copy(key, text);
        Ok(())
    }

    async fn read_copy(&self, key: &str) -> Result<Option<String>, String> {
        self.kv().await?;
        Ok(self.host.copies.lock().unwrap().get(key).cloned())
    }

    async fn ask_index(&self, message: String) -> Result<String, String> {
        let database = self.host.database(Class::Index, objects::index::NAME);
        let reply = objects::handle(&Tables::of(Class::Index, &*database), &message);
        trace::message(Class::Index.binding(), &message, &reply);
        Ok(reply)
    }

    async fn end_sockets(&self, fabric: &FabricId, name: &str) -> Result<(), String> {
        self.host.end(fabric.as_str(), name)
    }

    async fn delete_all(&self) -> Result<(), String> {
        if *self.host.refuses_deletion.lock().unwrap() {
            return Err("internal error".to_owned());
        }
        self.host.objects.lock().unwrap().remove(&self.key);
        Ok(())
    }

    fn tell_watchers(&self) {
        let (class, name) = &self.key;
        if *class != Class::Fabric || !self.host.sockets.are_at(name) {
            return;
        }
        let now = self.host.live(name);
        let (told, now_ms) = (self.told.get(), self.host.now_ms());
        self.host
            .sockets
            .broadcast(name, now.as_ref(), told, now_ms);
        self.told.set(now.map(|now| now.version));
    }

    fn begin_copying(&self) -> bool {
        !self.host.copying.lock().unwrap().insert(self.key.1.clone())
    }

    fn end_copying(&self) {
        self.host.copying.lock().unwrap().remove(&self.key.1);
    }

    fn log(&self, line: &str) {
        Host::log(self.host, line);
    }
}

impl NativeObject<'_> {
    async fn kv(&self) -> Result<(), String> {
        while self.host.kv_mood() == KvMood::Waits {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        match self.host.kv_mood() {
            KvMood::Refuses => Err("429 Too Many Requests".to_owned()),
            mood if mood.is_silent() => std::future::pending().await,
            _ => Ok(()),
        }
    }
}

/// The value of a future that waits for nobody.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("an object waits for what never comes"),
    }
}

impl Host for NativeHost {
    fn config(&self) -> &Config {
        self.config.get()
    }

    fn now_ms(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let now_ms = i64::try_from(now.as_millis()).unwrap() + *self.later_ms.lock().unwrap();
        u64::try_from(now_ms).unwrap()
    }

    fn random(&self, bytes: &mut [u8]) {
        use std::io::Read;
        std::fs::File::open("/dev/urandom")
            .unwrap()
            .read_exact(bytes)
            .unwrap();
    }

    async fn sleep(&self, duration_ms: u64) {
        if self.fast_clock {
            self.advance(duration_ms);
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep(Duration::from_millis(duration_ms)).await;
        }
    }

    /// A beat takes its time also where the clock is fast: it would be the only one that waits, and let hours pass.
    async fn beat(&self) {
        let beat = Duration::from_millis(self.beat_ms.load(Ordering::Relaxed));
        tokio::time::sleep(beat).await;
    }

    async fn send(
        &self,
        mut request: http::Request<Vec<u8>>,
        deadline_ms: u64,
    ) -> Result<http::Response<Vec<u8>>, NoAnswer> {
        self.step().await;
        let number = self.exchanges.fetch_add(1, Ordering::Relaxed).to_string();
        let header = http::HeaderValue::from_str(&number).unwrap();
        request.headers_mut().insert(Delays::HEADER, header);
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
        let deadline = async {
            match &self.delays {
                Some(delays) => delays.begin(&number).await,
                None => tokio::time::sleep(Duration::from_millis(deadline_ms)).await,
            }
        };
        tokio::select! {
            answer = exchange => answer,
            () = deadline => Err(NoAnswer("nothing in time".to_owned())),
        }
    }

    async fn sign_rs256(&self, key: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
        use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
        let key = RsaKeyPair::from_pkcs8(key).map_err(|error| error.to_string())?;
        let mut signature = vec![0; key.public().modulus_len()];
        let random = ring::rand::SystemRandom::new();
        key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
            .map_err(|error| error.to_string())?;
        Ok(signature)
    }

    async fn call(
        &self,
        class: Class,
        name: &str,
        message: String,
    ) -> Result<String, ObjectUnavailable> {
        self.step().await;
        let told = format!("{} {message}", class.binding());
        if self.takes(&self.lost_message, &told) {
            std::future::pending::<()>().await;
        }
        if self.takes(&self.refused_message, &told) {
            return Err(ObjectUnavailable("it is not there".to_owned()));
        }
        self.pause().await;
        while self.is_held(&told) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Let others run in between, as they may while workerd delivers a message.
        tokio::task::yield_now().await;
        let is_lost = self.takes(&self.lost_answer, &told);
        let reply = self.deliver(class, name, message);
        self.count_message(&told);
        match is_lost {
            true => Err(ObjectUnavailable("its answer was lost".to_owned())),
            false => reply,
        }
    }

    async fn write(&self, repository: &str, message: String) -> Result<String, ObjectUnavailable> {
        self.step().await;
        let told = format!("WRITER {message}");
        if self.takes(&self.lost_message, &told) {
            std::future::pending::<()>().await;
        }
        if self.takes(&self.refused_message, &told) {
            return Err(ObjectUnavailable("it is not there".to_owned()));
        }
        self.pause().await;
        while self.is_held(&told) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.messages.fetch_add(1, Ordering::Relaxed);
        self.count_message(&told);
        let is_lost = self.takes(&self.lost_answer, &told);
        let accepted = {
            let database = self.database(Class::Repository, repository);
            let tables = Tables::of(Class::Repository, &*database);
            let writer = self.writer(repository);
            writer.accept(&tables, self.now_ms(), &message)
        };
        let reply = match accepted {
            Accepted::Now(reply) => reply,
            Accepted::Later(receiver) => {
                self.work_off_writes(repository);
                let gone = |_| ObjectUnavailable("it is no more".to_owned());
                receiver.await.map_err(gone)?
            }
        };
        match is_lost {
            true => Err(ObjectUnavailable("its answer was lost".to_owned())),
            false => Ok(reply),
        }
    }

    async fn open_socket(&self, watch: &Watch) -> Result<Result<(), NotOpened>, ObjectUnavailable> {
        self.step().await;
        self.messages.fetch_add(1, Ordering::Relaxed);
        let now = self.live(watch.fabric.as_str());
        Ok(self.sockets.open(watch, now.as_ref(), self.now_ms()))
    }

    async fn end_sockets(&self, fabric: &FabricId, session: &str) -> Result<(), ObjectUnavailable> {
        self.step().await;
        self.end(fabric.as_str(), session)
            .map_err(ObjectUnavailable)
    }

    async fn public_copy(&self, key: &str) -> Result<Option<String>, ObjectUnavailable> {
        match self.kv_mood() {
            KvMood::Refuses => Err(ObjectUnavailable("429 Too Many Requests".to_owned())),
            _ => Ok(self.copies.lock().unwrap().get(key).cloned()),
        }
    }

    async fn app_html(&self) -> Option<http::Response<Vec<u8>>> {
        let built = "<!doctype html>\n<html lang=\"en\">\n  <head>\n    <title>Hedgerow</title>\n    <script type=\"module\" src=\"/assets/page.js\"></script>\n  </head>\n  <body>\n  </body>\n</html>\n";
        let page = http::Response::builder()
            .header("content-security-policy", "default-src 'none'")
            .body(built.as_bytes().to_vec());
        page.ok()
    }

    async fn within_limit(&self, limit: Limit, key: &str) -> Option<bool> {
        if *self.forgets_to_count.lock().unwrap() {
            return None;
        }
        let Some(most) = *self.limit.lock().unwrap() else {
            return Some(true);
        };
        let mut counted = self.counted.lock().unwrap();
        let count = counted.entry((limit, key.to_owned())).or_default();
        *count += 1;
        Some(*count <= most)
    }

    async fn enqueue(&self, jobs: &[String], delay_s: u32) -> Result<(), NotQueued> {
        self.step().await;
        if self.queue.lock().unwrap().is_missing {
            return Err(NotQueued("there is no queue".to_owned()));
        }
        for job in jobs {
            assert!(job.len() <= 2048, "a job of {} bytes", job.len());
            self.put(job.clone(), delay_s);
        }
        Ok(())
    }

    fn has_queue(&self) -> bool {
        !self.queue.lock().unwrap().is_missing
    }

    fn asked(&self) -> u32 {
        u32::try_from(self.asked_before.load(Ordering::Relaxed)).unwrap_or(u32::MAX)
    }

    fn log(&self, line: &str) {
        self.log.lock().unwrap().push(line.to_owned());
    }
}
