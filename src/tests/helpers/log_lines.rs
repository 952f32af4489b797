//! What the server writes into its own log.

use std::fmt::{Debug, Write};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// The lines of a future that runs `with_subscriber`: each with all of its fields.
#[derive(Clone, Default)]
pub struct LogLines(Arc<Mutex<Vec<String>>>);

/// Of a single subscriber, tracing asks the thread that first comes by a place that logs whether it is wanted
/// there: a thread of another test says no, for everybody. Of several, all are asked.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

impl LogLines {
    pub fn collect() -> (Self, impl Subscriber + Send + Sync) {
        LazyLock::force(&ANOTHER);
        let lines = Self::default();
        (lines.clone(), tracing_subscriber::registry().with(lines))
    }

    /// Those that have a text in them, in order.
    pub fn holding(&self, text: &str) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().filter(|line| line.contains(text)).cloned().collect()
    }
}

impl<S: Subscriber> Layer<S> for LogLines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.0);
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let name = field.name();
        // What is written into a text cannot fail.
        let _ = if name == "message" { write!(self.0, "{value:?}") } else { write!(self.0, " {name}={value:?}") };
    }
}
