//! What a server delivers with, as its command line and its environment say it: mail, messages to mobiles, webhooks. Passwords come
//! from the environment or from files, so that no list of processes shows them.

use std::path::{Path, PathBuf};

use zaiton_effects::delivery::Post;
use zaiton_post::webhook::Sender;
use zaiton_post::{Mail, Mailer, Sms};

/// How notices, codes and webhooks go out. Without mail or mobiles what would go that way waits, visibly.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Posting {
    /// The mail server: smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465; better in the environment.
    #[arg(long, env = "ZAITON_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// A file that holds the mail server's address instead.
    #[arg(long, env = "ZAITON_SMTP_URL_FILE", hide_env_values = true, conflicts_with = "smtp_url")]
    smtp_url_file: Option<PathBuf>,
    /// A file of certificates (PEM) that the mail server's is believed by, instead of the usual ones.
    #[arg(long, env = "ZAITON_SMTP_AUTHORITIES", hide_env_values = true)]
    smtp_authorities: Option<PathBuf>,
    /// Whom mail is from: Zaiton <no-reply@example.com>.
    #[arg(long, env = "ZAITON_MAIL_FROM", hide_env_values = true)]
    mail_from: Option<String>,
    /// The file with the settings of the gateway for mobiles (JSON, with its secret: keep it readable by its owner only).
    #[arg(long, env = "ZAITON_SMS_SETTINGS", hide_env_values = true)]
    sms_settings: Option<PathBuf>,
    /// Where people find the console, for letters that lead there: https://zaiton.example.
    #[arg(long, env = "ZAITON_PUBLIC_URL", hide_env_values = true)]
    public_url: Option<String>,
    /// Let webhooks go to addresses of this machine, also without TLS. For trials only.
    #[arg(long)]
    local_webhooks: bool,
}

fn file(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn text(path: &Path) -> Result<String, String> {
    String::from_utf8(file(path)?).map_err(|_| format!("{}: this is no text", path.display()))
}

impl Posting {
    /// The post by these settings.
    ///
    /// # Errors
    /// Settings that cannot be used; nothing of a password is told.
    pub(crate) fn open(&self) -> Result<Post, String> {
        let from_file = self.smtp_url_file.as_deref().map(text).transpose()?;
        let url = self.smtp_url.as_deref().or(from_file.as_deref()).map(str::trim);
        let mailer = match (url, self.mail_from.as_deref()) {
            (None, _) => None,
            (Some(_), None) => return Err("with a mail server, say whom mail is from: --mail-from".into()),
            (Some(url), Some(from)) => {
                let authorities = self.smtp_authorities.as_deref().map(file).transpose()?;
                let mail = Mail { url, from, authorities: authorities.as_deref() };
                Some(Mailer::new(&mail).map_err(|error| error.to_string())?)
            }
        };
        let settings = self.sms_settings.as_deref().map(text).transpose()?;
        let sms =
            settings.map(|settings| Sms::new(&settings)).transpose().map_err(|error| error.to_string())?;
        Ok(Post {
            mailer,
            sms,
            sender: Sender::new(self.local_webhooks),
            public_url: self.public_url.clone().unwrap_or_default(),
            local_webhooks: self.local_webhooks,
        })
    }
}
