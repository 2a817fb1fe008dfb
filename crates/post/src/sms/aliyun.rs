//! Alibaba Cloud's short messages (Dysmsapi, `SendSms`), signed with ACS3-HMAC-SHA256 as its documentation has it. Its gateway knows
//! the texts as templates of its own: here is said which of ours is which of theirs.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use serde::Deserialize;
use ureq::Agent;
use zaiton_kernel::Timestamp;

use super::{ANSWER, Message, hex, refused};
use crate::{Trouble, http};

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    #[serde(default = "usual")]
    pub(super) endpoint: String,
    access_key_id: String,
    access_key_secret: String,
    sign_name: String,
    /// Their template of each of ours; `other` for what is not named.
    templates: BTreeMap<String, String>,
}

fn usual() -> String {
    "https://dysmsapi.aliyuncs.com".into()
}

/// What their gateway answers.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Code")]
    code: String,
}

/// A call as it is signed: no body, everything in the query.
struct Call<'a> {
    action: &'a str,
    version: &'a str,
    host: &'a str,
    date: &'a str,
    nonce: &'a str,
    query: &'a str,
}

fn hash(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

impl Call<'_> {
    fn headers(&self) -> [(&'static str, String); 6] {
        [
            ("host", self.host.to_owned()),
            ("x-acs-action", self.action.to_owned()),
            ("x-acs-content-sha256", hash(b"")),
            ("x-acs-date", self.date.to_owned()),
            ("x-acs-signature-nonce", self.nonce.to_owned()),
            ("x-acs-version", self.version.to_owned()),
        ]
    }

    fn authorization(&self, id: &str, secret: &str) -> String {
        let headers = self.headers();
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
        let names = names.join(";");
        let canonical = format!("POST\n/\n{}\n{lines}\n{names}\n{}", self.query, hash(b""));
        let text = format!("ACS3-HMAC-SHA256\n{}", hash(canonical.as_bytes()));
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let signature = hex(hmac::sign(&key, text.as_bytes()).as_ref());
        format!("ACS3-HMAC-SHA256 Credential={id},SignedHeaders={names},Signature={signature}")
    }
}

/// Everything but letters, digits, `-`, `_`, `.` and `~` as `%XX`.
fn encoded(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            all.push(char::from(byte));
        } else {
            all.push_str(&format!("%{byte:02X}"));
        }
    }
    all
}

/// Pairs in the order of their names.
fn query(pairs: &BTreeMap<&str, String>) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

/// Codes that another attempt may see gone.
const PASSING: [&str; 4] =
    ["isv.BUSINESS_LIMIT_CONTROL", "isp.SYSTEM_ERROR", "isv.AMOUNT_NOT_ENOUGH", "Throttling.User"];

impl Settings {
    pub(super) fn send(&self, agent: &Agent, message: &Message<'_>, now: Timestamp) -> Result<(), Trouble> {
        let template = self.templates.get(message.about).or_else(|| self.templates.get("other"));
        let template = template.ok_or_else(|| Trouble::hopeless("sms.no_template"))?;
        let values: BTreeMap<&str, &str> = message.values.iter().copied().collect();
        let values = serde_json::to_string(&values).map_err(|_| Trouble::hopeless("sms.values"))?;
        let query = query(&BTreeMap::from([
            ("PhoneNumbers", message.to.to_owned()),
            ("SignName", self.sign_name.clone()),
            ("TemplateCode", template.clone()),
            ("TemplateParam", values),
            ("OutId", message.id.to_owned()),
        ]));
        let host = self.endpoint.split("://").nth(1).unwrap_or_default().trim_end_matches('/');
        let whole = Timestamp::from_micros(now.micros().div_euclid(1_000_000).saturating_mul(1_000_000));
        let date = whole.to_string();
        // Used once: another attempt is at another moment.
        let nonce = hash(format!("{}/{}", message.id, now.micros()).as_bytes());
        let nonce = nonce.get(..32).unwrap_or_default();
        let call = Call { action: "SendSms", version: "2017-05-25", host, date: &date, nonce, query: &query };
        let mut request = agent.post(format!("{}/?{query}", self.endpoint.trim_end_matches('/')));
        for (name, value) in call.headers().iter().skip(1) {
            request = request.header(*name, value);
        }
        let sent = request
            .header("accept", "application/json")
            .header("authorization", call.authorization(&self.access_key_id, &self.access_key_secret))
            .send(&[][..]);
        let mut response = sent.map_err(|error| http::trouble("sms", &error))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(ANSWER).read_to_vec().unwrap_or_default();
        match serde_json::from_slice::<Answer>(&body) {
            Ok(answer) if answer.code == "OK" && status == 200 => Ok(()),
            Ok(answer) if answer.code.starts_with("isv.") && !PASSING.contains(&answer.code.as_str()) => {
                Err(Trouble::hopeless(format!("sms.{}", answer.code)))
            }
            Ok(answer) => Err(Trouble::later(format!("sms.{}", answer.code))),
            Err(_) if status == 200 => Err(Trouble::later("sms.unreadable")),
            Err(_) => Err(refused(status)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Alibaba Cloud's documentation of the signature's third version.
    #[test]
    fn the_published_example_is_signed_alike() {
        let query = query(&BTreeMap::from([
            ("RegionId", "cn-shanghai".to_owned()),
            ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd".to_owned()),
        ]));
        let call = Call {
            action: "RunInstances",
            version: "2014-05-26",
            host: "ecs.cn-shanghai.aliyuncs.com",
            date: "2023-10-26T10:22:32Z",
            nonce: "3156853299f313e23d1673dc12e1703d",
            query: &query,
        };
        let want = "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;\
            x-acs-date;x-acs-signature-nonce;x-acs-version,\
            Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
        assert_eq!(call.authorization("YourAccessKeyId", "YourAccessKeySecret"), want);
        assert_eq!(encoded(" a!*'()~/中"), "%20a%21%2A%27%28%29~%2F%E4%B8%AD");
    }
}
