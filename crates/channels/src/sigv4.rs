//! AWS Signature Version 4, as much of it as a call to a queue needs: one `POST` or `GET` with a body that is known, signed
//! in its headers. Pure: the time is given. Never shows a key, and never signs a header that the call does not carry.
//!
//! Our own and not the crate `aws-sigv4`: that one brings some fifty crates with it, a runtime and a second set of hash
//! functions among them, for the hundred lines below; hashes are those of aws-lc-rs, and the answers are checked
//! against the vectors that AWS publishes.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use zaiton_kernel::Timestamp;

/// What is signed with, and for what.
pub(crate) struct Signer<'a> {
    /// The key's name, which goes with the call.
    pub(crate) access_key_id: &'a str,
    /// The key itself, which does not.
    pub(crate) secret_access_key: &'a str,
    /// `us-east-1`
    pub(crate) region: &'a str,
    /// `sqs`
    pub(crate) service: &'a str,
}

/// A call as it is signed.
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    /// The path, already encoded: `/`.
    pub(crate) path: &'a str,
    /// Pairs of the query, not encoded, in their order of names.
    pub(crate) query: &'a str,
    /// Names in small letters, in their order; the host and `x-amz-date` among them.
    pub(crate) headers: &'a [(&'static str, String)],
    pub(crate) body: &'a [u8],
}

impl Signer<'_> {
    /// The `Authorization` header of a call that is made at this moment.
    pub(crate) fn authorization(&self, call: &Signed<'_>, at: Timestamp) -> String {
        let (moment, day) = (basic(at), basic(at).chars().take(8).collect::<String>());
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let text = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{}", hash(canonical(call).as_bytes()));
        let key = [day.as_str(), self.region, self.service, "aws4_request"]
            .iter()
            .fold(format!("AWS4{}", self.secret_access_key).into_bytes(), |key, part| {
                sign(&key, part.as_bytes())
            });
        let signature = hex(&sign(&key, text.as_bytes()));
        let (name, names) = (self.access_key_id, names(call));
        format!("AWS4-HMAC-SHA256 Credential={name}/{scope}, SignedHeaders={names}, Signature={signature}")
    }
}

/// `20150830T123600Z`
pub(crate) fn basic(at: Timestamp) -> String {
    let seconds = Timestamp::from_micros(at.micros().div_euclid(1_000_000).saturating_mul(1_000_000));
    seconds.to_string().chars().filter(|letter| !"-:".contains(*letter)).collect()
}

/// The call as a text: method, path, query, headers, their names, the body's hash.
fn canonical(call: &Signed<'_>) -> String {
    let mut text = format!("{}\n{}\n{}\n", call.method, call.path, call.query);
    for (name, value) in call.headers {
        let words: Vec<&str> = value.split_ascii_whitespace().collect();
        text.push_str(&format!("{name}:{}\n", words.join(" ")));
    }
    text.push_str(&format!("\n{}\n{}", names(call), hash(call.body)));
    text
}

fn names(call: &Signed<'_>) -> String {
    call.headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
}

fn sign(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

fn hash(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a text takes all that is written into it");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of AWS's published examples.
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    fn signature(
        service: &str,
        method: &str,
        query: &str,
        headers: &[(&'static str, &str)],
        body: &str,
    ) -> String {
        let at = Timestamp::parse("2015-08-30T12:36:00Z").unwrap();
        let signer =
            Signer { access_key_id: "AKIDEXAMPLE", secret_access_key: SECRET, region: "us-east-1", service };
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let call = Signed { method, path: "/", query, headers: &headers, body: body.as_bytes() };
        let header = signer.authorization(&call, at);
        let start =
            format!("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request, ");
        assert!(header.starts_with(&start) && !header.contains(SECRET), "{header}");
        header.rsplit('=').next().unwrap().to_owned()
    }

    /// AWS's published vectors: `get-vanilla`, `get-vanilla-query-order-key`, `post-vanilla`,
    /// `post-x-www-form-urlencoded` and `get-header-value-trim` of the test suite, and the call of its guide.
    #[test]
    fn the_published_vectors_are_signed_alike() {
        const HOST: (&str, &str) = ("host", "example.amazonaws.com");
        const DATE: (&str, &str) = ("x-amz-date", "20150830T123600Z");
        let check = |got: String, want: &str| assert_eq!(got, want);
        check(
            signature("service", "GET", "", &[HOST, DATE], ""),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        );
        check(
            signature("service", "GET", "Param1=value1&Param2=value2", &[HOST, DATE], ""),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        );
        check(
            signature("service", "POST", "", &[HOST, DATE], ""),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        );
        let form = ("content-type", "application/x-www-form-urlencoded");
        check(
            signature("service", "POST", "", &[form, HOST, DATE], "Param1=value1"),
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        );
        let spaces = [HOST, ("my-header1", " value1"), ("my-header2", " \"a   b   c\""), DATE];
        check(
            signature("service", "GET", "", &spaces, ""),
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        );
        let guide = [
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("host", "iam.amazonaws.com"),
            DATE,
        ];
        check(
            signature("iam", "GET", "Action=ListUsers&Version=2010-05-08", &guide, ""),
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        );
    }

    #[test]
    fn moments_are_written_without_marks_and_fractions() {
        assert_eq!(basic(Timestamp::parse("2026-03-02T12:00:00.999Z").unwrap()), "20260302T120000Z");
    }
}
