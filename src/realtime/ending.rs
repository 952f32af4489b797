//! What ends a socket from outside: the session that opened it ends, or the process stops.

use super::peer::End;
use super::protocol::close;
use crate::accounts::server::{Caller, session_end};
use crate::ids::SessionId;
use crate::server::state::App;
use crate::time::Timestamp;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::Instant;

pub(crate) struct Ending {
    app: App,
    caller: Caller,
    ended: Receiver<SessionId>,
    /// When the session was last looked up; nothing when it has to be: it may have ended unheard.
    looked_up: Option<Instant>,
}

impl Ending {
    /// From here on nothing that ends the caller's session is missed.
    pub fn of(app: &App, caller: &Caller) -> Self {
        // Whatever ended it before is found when it is looked up for the first time.
        Self { app: app.clone(), caller: caller.clone(), ended: app.gate.ended_sessions(), looked_up: None }
    }

    /// Waits until the socket has to end.
    pub async fn wait(&mut self) -> End {
        let stopping = self.app.stopping.clone();
        loop {
            if let Err(end) = self.check().await {
                return end;
            }
            let heard = tokio::select! {
                () = stopping.cancelled() => continue,
                heard = self.ended.recv() => heard,
            };
            match heard {
                Ok(session) if session == self.caller.session => return Some(close::SESSION_EXPIRED),
                Ok(_) => {}
                // Too many ended at once to have heard of each.
                Err(RecvError::Lagged(_)) => self.looked_up = None,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    /// Whether the socket has to end now: asked before each write of one that has much to catch up with.
    ///
    /// # Errors
    /// How it ends.
    pub async fn check(&mut self) -> Result<(), End> {
        if self.app.stopping.is_cancelled() {
            return Err(Some(close::GOING_AWAY));
        }
        loop {
            match self.ended.try_recv() {
                Ok(session) if session == self.caller.session => return Err(Some(close::SESSION_EXPIRED)),
                Ok(_) => {}
                Err(TryRecvError::Lagged(_)) => self.looked_up = None,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        let every = self.app.config.patience.beat;
        if self.looked_up.is_none_or(|at| at.elapsed() >= every) {
            self.ends_at().await?;
        }
        Ok(())
    }

    /// When the session ends, if it has not ended yet. It may have been prolonged by other requests; an
    /// access token stays as it is.
    ///
    /// # Errors
    /// How the socket ends.
    pub async fn ends_at(&mut self) -> Result<Timestamp, End> {
        let ends_at = if self.caller.is_believed() {
            Some(self.caller.expires_at)
        } else {
            let live = session_end(&self.app, self.caller.session).await.map_err(|_| Some(close::SERVER_ERROR))?;
            if self.caller.by_access_token { live.map(|_| self.caller.expires_at) } else { live }
        };
        self.looked_up = Some(Instant::now());
        ends_at.filter(|at| *at > self.app.now()).ok_or(Some(close::SESSION_EXPIRED))
    }
}
