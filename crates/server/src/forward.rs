//! Carrying commands to the process that owns their lane, over HTTP on the installation's own addresses.

use zaiton_engine::Outcome;
use zaiton_engine::engine::{Forwarded, Forwarder};

/// Sends to the owner's `/internal/commands` with the installation's token.
pub(crate) struct HttpForwarder {
    agent: ureq::Agent,
    token: String,
}

impl HttpForwarder {
    pub(crate) fn new(token: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(std::time::Duration::from_secs(30)))
            .http_status_as_error(true)
            .build();
        Self { agent: config.into(), token: token.to_owned() }
    }
}

impl Forwarder for HttpForwarder {
    fn forward(&self, address: &str, request: &Forwarded) -> Result<Outcome, String> {
        let mut response = self
            .agent
            .post(format!("http://{address}/internal/commands"))
            .header("authorization", format!("Bearer {}", self.token))
            .send_json(request)
            .map_err(|error| error.to_string())?;
        response.body_mut().read_json().map_err(|error| error.to_string())
    }
}
