//! How long what has failed is tried again.

use crate::error::AppError;

/// How often a failure that may pass is answered by another attempt before it is shown: for a minute and a half, in
/// which a database is started again.
const ATTEMPTS: u32 = 8;
const LONGEST_REST_MS: u64 = 30_000;

/// What a failure means for what was to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody is there: wait for the connection, however long.
    Wait,
    /// Try again after so many milliseconds.
    Again(u64),
    /// Say so, and let the others pass.
    GiveUp,
}

/// What follows from the failure of an attempt; the first is attempt 1.
#[must_use]
pub fn judge(error: &AppError, attempt: u32, is_connected: bool) -> Verdict {
    match error {
        AppError::Unreachable if !is_connected => Verdict::Wait,
        AppError::Unauthenticated => Verdict::Wait,
        AppError::Unreachable | AppError::Internal { .. } if attempt < ATTEMPTS => {
            Verdict::Again((500 << attempt).min(LONGEST_REST_MS))
        }
        AppError::RateLimitExceeded { retry_after_secs } if attempt < ATTEMPTS * 2 => {
            Verdict::Again(u64::from(*retry_after_secs).clamp(1, 30) * 1_000)
        }
        _ => Verdict::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again_and_what_cannot_is_shown() {
        let internal = AppError::Internal { error_id: "1".into() };
        assert_eq!(judge(&AppError::Unreachable, 9, false), Verdict::Wait);
        assert_eq!(judge(&AppError::Unauthenticated, 1, true), Verdict::Wait);
        assert!(matches!(judge(&AppError::Unreachable, 1, true), Verdict::Again(_)));
        assert!(matches!(judge(&internal, 3, true), Verdict::Again(_)));
        assert_eq!(judge(&internal, ATTEMPTS, true), Verdict::GiveUp);
        assert_eq!(judge(&AppError::RateLimitExceeded { retry_after_secs: 3 }, 1, true), Verdict::Again(3_000));
        assert_eq!(judge(&AppError::Forbidden, 1, true), Verdict::GiveUp);
        assert_eq!(judge(&AppError::MentionsUnconfirmed { people: 30 }, 1, true), Verdict::GiveUp);
    }
}
