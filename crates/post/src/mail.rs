//! Mail by SMTP: over TLS from the first byte or from STARTTLS on, with a user and a password where the server wants them. Never
//! sends a password in clear, never takes a certificate that does not hold.

use std::time::Duration;

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, SmtpTransport, Transport};
use url::Url;

use crate::{Letter, SettingsError, Trouble};

/// How long one answer of a server may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Refusals about who we are: a setting is wrong, and the letter is as good as before.
const OURS: [u16; 6] = [502, 503, 530, 534, 535, 538];

/// How mail goes out.
#[derive(Clone)]
pub struct Mail<'a> {
    /// `smtp://user:password@host:587?tls=required` or `smtps://user:password@host:465`.
    pub url: &'a str,
    /// Whom letters are from.
    pub from: &'a str,
    /// Certificates of authorities that are believed instead of the usual ones, PEM.
    pub authorities: Option<&'a [u8]>,
}

/// Sends letters.
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mailer(..)")
    }
}

/// Says that no person wrote it, so that no program answers (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}

fn tls(host: &str, authorities: Option<&[u8]>) -> Result<TlsParameters, SettingsError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = authorities {
        builder = builder.certificate_store(CertificateStore::None);
        for part in String::from_utf8_lossy(pem).split_inclusive("-----END CERTIFICATE-----") {
            if part.contains("-----BEGIN CERTIFICATE-----") {
                let one = Certificate::from_pem(part.as_bytes()).map_err(|_| SettingsError::Authorities)?;
                builder = builder.add_root_certificate(one);
            }
        }
        if !String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE-----") {
            return Err(SettingsError::Authorities);
        }
    }
    builder.build().map_err(|_| SettingsError::Authorities)
}

impl Mailer {
    /// A mailer by its settings. Nothing is connected yet.
    ///
    /// # Errors
    /// Settings that cannot be used.
    pub fn new(settings: &Mail<'_>) -> Result<Self, SettingsError> {
        let url = Url::parse(settings.url).map_err(|_| SettingsError::SmtpUrl)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(SettingsError::SmtpUrl)?;
        let mode = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, mode)| mode.into_owned());
        let parameters = || tls(host, settings.authorities);
        let (tls, port) = match (url.scheme(), mode.as_deref()) {
            ("smtps", None) => (Tls::Wrapper(parameters()?), 465),
            ("smtp", None | Some("required")) => (Tls::Required(parameters()?), 587),
            ("smtp", Some("none")) => (Tls::None, 25),
            ("smtp" | "smtps", Some(_)) => return Err(SettingsError::SmtpTls),
            _ => return Err(SettingsError::SmtpUrl),
        };
        let is_known = !url.username().is_empty() || url.password().is_some();
        if is_known && matches!(tls, Tls::None) {
            return Err(SettingsError::PasswordInClear);
        }
        let from: Mailbox = settings.from.parse().map_err(|_| SettingsError::From)?;
        // What the address says of user and password is read by the library, escapes and all.
        let mut plain = url.clone();
        plain.set_query(None);
        let builder = SmtpTransport::from_url(plain.as_str()).map_err(|_| SettingsError::SmtpUrl)?;
        let hello = ClientId::Domain(from.email.domain().to_owned());
        let transport = builder
            .port(url.port().unwrap_or(port))
            .tls(tls)
            .hello_name(hello)
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self { transport, from })
    }

    /// Sends a letter, once. That it was taken means that the server has it.
    ///
    /// # Errors
    /// It was not taken; or nobody knows, because the line broke: then the next attempt has the same message id.
    pub fn send(&self, to: &str, letter: &Letter) -> Result<(), Trouble> {
        let to: Address = to.parse().map_err(|_| Trouble::hopeless("smtp.address"))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.as_str())
            .message_id(Some(format!("<{}@{}>", letter.message_id, self.from.email.domain())))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body.clone())
            .map_err(|_| Trouble::hopeless("smtp.letter"))?;
        self.transport.send(&message).map(drop).map_err(|error| trouble(&error))
    }
}

/// A socket whose time is over says that it would have to wait.
fn is_out_of_patience(error: &lettre::transport::smtp::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return matches!(io.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
        }
        source = inner.source();
    }
    false
}

fn trouble(error: &lettre::transport::smtp::Error) -> Trouble {
    if let Some(status) = error.status() {
        let status = u16::from(status);
        let code = format!("smtp.{status}");
        let theirs = error.is_permanent() && !OURS.contains(&status);
        return if theirs { Trouble::hopeless(code) } else { Trouble::later(code) };
    }
    Trouble::later(if error.is_timeout() || is_out_of_patience(error) {
        "smtp.timeout"
    } else if error.is_tls() {
        "smtp.tls"
    } else if error.is_client() {
        "smtp.client"
    } else if error.is_response() {
        "smtp.answer"
    } else {
        "smtp.connection"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(url: &str, from: &str) -> Option<SettingsError> {
        Mailer::new(&Mail { url, from, authorities: None }).err()
    }

    #[test]
    fn a_password_goes_over_tls_or_not_at_all() {
        let from = "Zaiton <no-reply@zaiton.example>";
        for url in [
            "smtp://u:p@mail.example:587?tls=required",
            "smtp://u:p@mail.example",
            "smtps://u:p%40x@mail.example:465",
            "smtp://127.0.0.1:2525?tls=none",
        ] {
            assert_eq!(made(url, from), None, "{url}");
        }
        assert_eq!(made("smtp://u:p@mail.example?tls=none", from), Some(SettingsError::PasswordInClear));
        assert_eq!(made("smtp://mail.example?tls=opportunistic", from), Some(SettingsError::SmtpTls));
        assert_eq!(made("http://mail.example", from), Some(SettingsError::SmtpUrl));
        assert_eq!(made("mail.example", from), Some(SettingsError::SmtpUrl));
        assert_eq!(made("smtp://mail.example", "nobody"), Some(SettingsError::From));
        assert_eq!(made("smtp://mail.example", "a@b.example\r\nBcc: c@d.example"), Some(SettingsError::From));
        let settings = Mail { url: "smtps://mail.example", from, authorities: Some(b"none") };
        assert_eq!(Mailer::new(&settings).err(), Some(SettingsError::Authorities));
        let shown = format!(
            "{:?}",
            Mailer::new(&Mail { url: "smtps://u:secret@m.example", from, authorities: None })
        );
        assert!(!shown.contains("secret"));
    }
}
