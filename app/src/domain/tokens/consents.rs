//! The boxes ticked in a prompt about tokens whose owner, or whose owner's standing, is to change. Each names a token
//! and the version that was seen.

use crate::domain::{Consent, Error, OwnedToken, TokenId, TokenVersion};

/// Ticked boxes, as a form sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Tokens that keep Tokenry's own permissions.
    pub keep: Vec<String>,
    /// Tokens that work again. One text may name several, separated by spaces.
    pub work: Vec<String>,
}

/// Requests about tokens, by id and version. Any other token gets the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consents {
    keep: Vec<TokenVersion>,
    work: Vec<TokenVersion>,
}

impl Ticked {
    pub fn parse(&self) -> Result<Consents, Error> {
        Ok(Consents { keep: seen(&self.keep)?, work: seen(&self.work)? })
    }

    pub fn keeps(&self, token: &OwnedToken) -> bool {
        self.keep.contains(&token.seen().to_string())
    }
}

fn seen(texts: &[String]) -> Result<Vec<TokenVersion>, Error> {
    let each = texts.iter().flat_map(|text| text.split(' ')).filter(|text| !text.is_empty());
    each.map(str::parse).collect()
}

impl Consents {
    /// Does any token keep Tokenry's own permissions?
    pub fn keep_any(&self) -> bool {
        !self.keep.is_empty()
    }

    /// The request about this token. The error is its id, if the request names another version of it.
    pub fn about(&self, token: &OwnedToken) -> Result<Consent, TokenId> {
        let among = |all: &[TokenVersion]| match all.iter().find(|seen| seen.id == token.id) {
            None => Ok(false),
            Some(seen) if seen.version == token.version => Ok(true),
            Some(_) => Err(token.id),
        };
        Ok(Consent { keeps_own: among(&self.keep)?, works: among(&self.work)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PermissionSet, TokenName};
    use uuid::Uuid;

    fn token(version: i64) -> Option<OwnedToken> {
        Some(OwnedToken {
            out_of_reach: PermissionSet::default(),
            id: TokenId::from_uuid(Uuid::from_u128(7)),
            version,
            name: TokenName::parse("Deploy bot").ok()?,
            permissions: PermissionSet::default(),
            expires_at: None,
            is_disabled: false,
        })
    }

    #[test]
    fn what_was_ticked_counts_for_the_version_that_was_seen() {
        let both = token(3).zip(token(4));
        assert!(both.is_some());
        if let Some((seen, later)) = both {
            let other = TokenId::from_uuid(Uuid::from_u128(8));
            let work = vec![format!("{other}.1 {}", seen.seen())];
            let ticked = Ticked { keep: vec![seen.seen().to_string()], work };
            assert!(ticked.keeps(&seen) && !ticked.keeps(&later));
            let consents = ticked.parse().unwrap_or_default();
            assert_eq!(consents.about(&seen), Ok(Consent { keeps_own: true, works: true }));
            assert_eq!(consents.about(&later), Err(later.id));
            assert_eq!(Consents::default().about(&later), Ok(Consent::default()));
        }
    }

    #[test]
    fn what_is_no_token_is_not_guessed_at() {
        for text in ["7", "all", "on", "1.1", "*"] {
            let ticked = Ticked { keep: Vec::new(), work: vec![text.to_owned()] };
            assert_eq!(ticked.parse(), Err(Error::Malformed), "{text}");
        }
        assert_eq!(Ticked { keep: vec![String::new()], work: Vec::new() }.parse(), Ok(Consents::default()));
    }
}
