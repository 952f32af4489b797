//! Access tokens (JWT, 15 minutes) and random secrets.

use crate::ids::{SessionId, UserId};
use crate::server::request::hex;
use crate::time::{MINUTE, SECOND, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How long an access token is good for.
pub const ACCESS_TOKEN_MS: i64 = 15 * MINUTE;

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: UserId,
    /// The session that the token stands for: when it ends, so does the token.
    sid: SessionId,
    iat: i64,
    exp: i64,
}

/// What a valid access token says.
pub struct AccessToken {
    pub session: SessionId,
    pub expires_at: Timestamp,
}

/// Signs and reads access tokens.
pub struct Tokens {
    signing: EncodingKey,
    verifying: DecodingKey,
}

impl Tokens {
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self { signing: EncodingKey::from_secret(key.as_bytes()), verifying: DecodingKey::from_secret(key.as_bytes()) }
    }

    /// A token for a session.
    ///
    /// # Errors
    /// When signing fails, which a symmetric key gives no reason for.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        now: Timestamp,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims { sub: user, sid: session, iat: now.0 / SECOND, exp: (now + ACCESS_TOKEN_MS).0 / SECOND };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
    }

    /// What a token says, when it is ours and has not expired at `now`.
    #[must_use]
    pub fn read(&self, token: &str, now: Timestamp) -> Option<AccessToken> {
        let mut validation = Validation::new(Algorithm::HS256);
        // Judged by our own clock, below.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.verifying, &validation).ok()?.claims;
        let expires_at = Timestamp(claims.exp.checked_mul(SECOND)?);
        (expires_at > now).then_some(AccessToken { session: claims.sid, expires_at })
    }

    /// 256 random bits that fit into a cookie and a URL.
    #[must_use]
    pub fn random() -> String {
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
    }

    /// The form in which random tokens are kept.
    #[must_use]
    pub fn digest(token: &str) -> String {
        hex(&Sha256::digest(token.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_15_minutes_and_for_one_key() {
        let tokens = Tokens::new("a key of at least thirty-two characters");
        let now = Timestamp(1_000_000 * SECOND);
        let token = tokens.issue(UserId(7), SessionId(3), now).unwrap();
        assert_eq!(tokens.read(&token, now).map(|t| t.session), Some(SessionId(3)));
        assert!(tokens.read(&token, now + ACCESS_TOKEN_MS - 1).is_some());
        assert!(tokens.read(&token, now + ACCESS_TOKEN_MS).is_none());
        assert!(Tokens::new("another key of at least thirty-two").read(&token, now).is_none());
        assert!(tokens.read("", now).is_none());

        let none = format!(
            "{}.{}.",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#),
            token.split('.').nth(1).unwrap()
        );
        assert!(tokens.read(&none, now).is_none(), "an unsigned token is no token");
    }
}
