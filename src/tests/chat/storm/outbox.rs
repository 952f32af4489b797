//! What a client sends, in order, and what it was answered. It is let out round by round: so something is on
//! its way whenever the server is killed, and everybody has something to send after the last kill.

use super::screen::Shown;
use tokio::sync::watch;

/// See the module.
pub(super) struct Outbox {
    texts: Vec<String>,
    /// How many of them may be sent by now.
    let_out: watch::Receiver<usize>,
    receipts: Vec<Shown>,
}

impl Outbox {
    pub(super) fn of(texts: Vec<String>, let_out: watch::Receiver<usize>) -> Self {
        Self { texts, let_out, receipts: Vec::new() }
    }

    /// The first text that has no receipt yet, as soon as it may be sent; nothing when all have one.
    pub(super) async fn next(&mut self) -> Option<String> {
        let answered = self.answered();
        let next = self.texts.get(answered)?.clone();
        self.let_out.wait_for(|let_out| *let_out > answered).await.expect("a storm that goes on");
        Some(next)
    }

    /// Notes what the server has answered to the next.
    pub(super) fn note(&mut self, receipt: Shown) {
        assert_eq!(receipt.text, self.texts[self.answered()]);
        self.receipts.push(receipt);
    }

    /// How many have a receipt.
    pub(super) fn answered(&self) -> usize {
        self.receipts.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.answered() == self.texts.len()
    }

    pub(super) fn into_receipts(self) -> Vec<Shown> {
        self.receipts
    }
}
