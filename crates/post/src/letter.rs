//! A letter: what is sent by mail. Its subject is one line whatever it was made of, so that nobody's name begins a header.

/// What is sent by mail, as plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// What it is known by, without brackets and host: letters, digits, dots, underscores and hyphens. The same at every attempt.
    pub message_id: String,
}

impl Letter {
    /// A letter whose headers stay what they are.
    #[must_use]
    pub fn new(subject: &str, body: &str, message_id: &str) -> Self {
        let spaced: String =
            subject.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
        Self {
            subject: spaced.split_whitespace().collect::<Vec<_>>().join(" "),
            body: body.to_owned(),
            message_id: message_id.chars().filter(plain).collect(),
        }
    }
}
