//! What running timers cost, and how late the news of their ends is.

use super::soak::PEOPLE;
use super::{Bench, ms, now_ms, percentile, rfc3339};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio_tungstenite::connect_async;

/// As many as everybody together may have.
const TIMERS: usize = 5_000;
/// The deadlines lie within this.
const WINDOW_MS: i64 = 20_000;
/// Nothing happens for so long: what the timers cost by merely running.
const IDLE: Duration = Duration::from_secs(10);
/// The most that they may cost of one core, in percent.
const CPU_PERCENT: f64 = 1.0;
const LATE: Duration = Duration::from_secs(1);

impl Bench {
    /// Starts timers whose deadlines come one after another, listens as everybody, and waits for all
    /// of them.
    pub async fn timers(&self) {
        let count = self.share(TIMERS);
        let per_person = count.div_ceil(PEOPLE);
        let mut tokens = Vec::new();
        for person in 0..PEOPLE {
            tokens.push(self.sign_in(&format!("person{person}@example.com")).await);
        }
        let mut listeners = JoinSet::new();
        for (person, token) in tokens.iter().enumerate() {
            let own = per_person.min(count.saturating_sub(person * per_person));
            let url = format!("ws://{}/ws?token={token}", self.address);
            let socket = connect_async(url).await.expect("a socket").0;
            listeners.spawn(async move {
                let ended = socket.filter_map(async |message| lateness(&message.ok()?.into_text().ok()?));
                ended.take(own).collect::<Vec<i64>>().await
            });
        }
        // Enough to start them all, and to be idle.
        let first = now_ms()
            + 5_000
            + i64::try_from(count * 10).unwrap_or(0)
            + 1_000 * i64::try_from(IDLE.as_secs()).unwrap_or(0);
        let http = reqwest::Client::new();
        for n in 0..count {
            let due = first + WINDOW_MS * i64::try_from(n).unwrap_or(0) / i64::try_from(count).unwrap_or(1);
            let secs = (due - now_ms()).max(1_000) / 1_000;
            let body = json!({"allocatedDuration": secs, "title": "Bench"});
            let request = http.post(self.url("/timers")).bearer_auth(&tokens[n / per_person]).json(&body);
            assert_eq!(request.send().await.expect("an answer").status(), 201);
        }
        assert!(
            now_ms() + 1_000 < first,
            "starting them took until {}: there is no time to be idle",
            rfc3339(now_ms())
        );
        let idle = IDLE.min(Duration::from_millis(u64::try_from(first - now_ms() - 1_000).unwrap_or(0)));
        let (began, before) = (Instant::now(), self.cpu_ms());
        tokio::time::sleep(idle).await;
        let percent = (self.cpu_ms() - before) / (began.elapsed().as_secs_f64() * 10.0);

        let mut late: Vec<Duration> = Vec::new();
        for of_one in listeners.join_all().await {
            late.extend(of_one.into_iter().map(|ms| Duration::from_millis(u64::try_from(ms).unwrap_or(0))));
        }
        late.sort_unstable();
        assert_eq!(late.len(), count, "each was told once");
        let (p50, p99, worst) = (percentile(&late, 50), percentile(&late, 99), late[count - 1]);
        let result =
            format!("{percent:.2} % of a core; told late p50 {}, p99 {}, at most {}", ms(p50), ms(p99), ms(worst));
        self.report("running timers, and the news of their ends", count, &result);
        self.aim(percent <= CPU_PERCENT, "running timers cost too much");
        self.aim(worst <= LATE, "the news of a timer's end was late");
    }

    /// The CPU time that the server has used, in milliseconds.
    fn cpu_ms(&self) -> f64 {
        /// What Linux counts in, on every machine that this runs on.
        const TICK_MS: f64 = 10.0;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.server.id())).expect("a process");
        // After the name, which may hold spaces: user time is the 12th member, system time the 13th.
        let (_, members) = stat.rsplit_once(") ").expect("a name");
        let ticks = members.split(' ').skip(11).take(2).map(|text| text.parse::<f64>().expect("a number"));
        ticks.sum::<f64>() * TICK_MS
    }
}

/// By how many milliseconds the news of a timer's end is late.
fn lateness(text: &str) -> Option<i64> {
    if !text.starts_with("{\"type\":\"timer:completed\"") {
        return None;
    }
    let frame: Value = serde_json::from_str(text).expect("JSON");
    let ended_at: jiff::Timestamp = frame["data"]["endedAt"].as_str()?.parse().expect("an instant");
    Some(now_ms() - ended_at.as_millisecond())
}
