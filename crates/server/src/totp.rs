//! Codes that change every 30 seconds (RFC 6238), as authenticators make them: SHA-1, six digits, one step of tolerance.

use desk::Millis;
use totp_rs::{Builder, Totp};

/// Bytes of a secret, as RFC 4226 recommends.
pub const SECRET_BYTES: usize = 20;

/// Letters and digits of a recovery code.
pub const RECOVERY_CHARS: usize = 12;

/// What an authenticator needs to make the codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// For typing, in the letters of base 32.
    pub secret: String,
    /// For a QR code: `otpauth://totp/…`.
    pub url: String,
}

fn authenticator(secret: &str, portal: &str, account: &str) -> Option<Totp> {
    // A colon separates the two in the address.
    let name = |text: &str| text.replace(':', " ");
    let secret = hex::decode(secret).ok()?;
    let builder = Builder::new().with_secret(secret).with_issuer(Some(name(portal))).with_account_name(name(account));
    builder.build().ok()
}

/// What the authenticator of this account on this portal needs; `secret` is hexadecimal. `None` for a secret that is none.
#[must_use]
pub fn setup(secret: &str, portal: &str, account: &str) -> Option<Setup> {
    let totp = authenticator(secret, portal, account)?;
    Some(Setup { secret: totp.secret().to_base32(), url: totp.to_url().ok()? })
}

/// A secret in the letters of base 32, as [`setup`] shows it. `None` for a secret that is none.
#[must_use]
pub fn base32(secret: &str) -> Option<String> {
    Some(authenticator(secret, "Trunkline", "")?.secret().to_base32())
}

/// The step that the code stands for, when it is right now, a step ago or a step ahead.
#[must_use]
pub fn step_of(secret: &str, code: &str, now: Millis) -> Option<i64> {
    let seconds = u64::try_from(now / 1000).ok()?;
    authenticator(secret, "Trunkline", "")?.check(code, seconds).and_then(|step| i64::try_from(step).ok())
}

/// The code of a moment: what the authenticator shows.
#[must_use]
pub fn code_at(secret: &str, now: Millis) -> Option<String> {
    let seconds = u64::try_from(now / 1000).ok()?;
    Some(authenticator(secret, "Trunkline", "")?.generate(seconds).to_string())
}

/// What somebody typed, without blanks and dashes, in small letters.
#[must_use]
pub fn tidy(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret and the moments of RFC 6238, appendix B; six of its eight digits.
    const SECRET: &str = "3132333435363738393031323334353637383930";

    #[test]
    fn codes_of_the_rfc() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            let now = seconds * 1000;
            assert_eq!(code_at(SECRET, now).as_deref(), Some(code));
            let step = seconds / 30;
            assert_eq!(step_of(SECRET, code, now), Some(step));
            assert_eq!(step_of(SECRET, code, now + 30_000), Some(step), "typed slowly");
            assert_eq!(step_of(SECRET, code, now + 60_000), None);
        }
        for wrong in ["", "28708", "2870821", "abcdef", "287 082"] {
            assert_eq!(step_of(SECRET, wrong, 59_000), None, "{wrong}");
        }
    }

    #[test]
    fn what_an_authenticator_needs() {
        let setup = setup(SECRET, "chat.example:8480", "anna@example.com").unwrap();
        assert_eq!(setup.secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            setup.url,
            "otpauth://totp/chat.example%208480:anna%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=chat.example%208480"
        );
        assert_eq!(tidy(" 287-082 "), "287082");
    }
}
