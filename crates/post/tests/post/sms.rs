//! Messages to mobiles against gateways of this machine that look at every signature by the documents' words.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use zaiton_kernel::Timestamp;
use zaiton_post::{Message, SettingsError, Sms};

use crate::receiver::{Receiver, said};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn mac(secret: &str, text: &str) -> String {
    hex(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), text.as_bytes()).as_ref())
}

const MESSAGE: Message<'static> = Message {
    id: "nt_1.2.0",
    to: "+8613800000000",
    text: "提现 500.00 CNY 已付款。",
    about: "withdrawal_paid",
    values: &[("amount", "500.00 CNY")],
};

fn now() -> Timestamp {
    Timestamp::parse("2026-03-02T12:00:00.5Z").unwrap()
}

#[test]
fn the_documented_shape_is_signed_over_time_and_body() {
    let receiver = Receiver::start(said(202, "", "{}"));
    let settings = format!(
        r#"{{"provider":"generic","url":"http://{}/sms","key_id":"k1","secret":"s3cret"}}"#,
        receiver.address
    );
    let sms = Sms::new(&settings).unwrap();
    assert_eq!(sms.send(&MESSAGE, now()), Ok(()));
    let came = receiver.came.recv().unwrap();
    let seconds = came.header("zaiton-timestamp");
    assert_eq!(seconds, (now().micros() / 1_000_000).to_string());
    assert_eq!(
        came.header("zaiton-signature"),
        format!("v1={}", mac("s3cret", &format!("{seconds}.{}", came.body)))
    );
    assert_eq!((came.header("idempotency-key"), came.header("zaiton-key")), ("nt_1.2.0", "k1"));
    let body: serde_json::Value = serde_json::from_str(&came.body).unwrap();
    assert_eq!(body["to"], "+8613800000000");
    assert_eq!(body["text"], MESSAGE.text);
    for (status, hopeless) in
        [(400, true), (422, true), (401, false), (429, false), (500, false), (302, false)]
    {
        let receiver = Receiver::start(said(status, "", ""));
        let sms = Sms::new(&format!(
            r#"{{"provider":"generic","url":"http://{}/","key_id":"k","secret":"s"}}"#,
            receiver.address
        ));
        let trouble = sms.unwrap().send(&MESSAGE, now()).unwrap_err();
        assert_eq!((trouble.code, trouble.hopeless), (format!("sms.{status}"), hopeless));
    }
}

/// ACS3-HMAC-SHA256, worked out anew from the request that came.
#[test]
fn alibaba_clouds_gateway_believes_the_signature() {
    let given = |answer: &str| {
        let receiver = Receiver::start(said(200, "", answer));
        let settings = format!(
            r#"{{"provider":"aliyun","endpoint":"http://{}","access_key_id":"AK","access_key_secret":"SK",
                "sign_name":"刺桐","templates":{{"withdrawal_paid":"SMS_1","contact_code":"SMS_2"}}}}"#,
            receiver.address
        );
        let sms = Sms::new(&settings).unwrap();
        (sms.send(&MESSAGE, now()), receiver)
    };
    let (sent, receiver) = given(r#"{"Code":"OK","Message":"OK","BizId":"1","RequestId":"2"}"#);
    assert_eq!(sent, Ok(()));
    let came = receiver.came.recv().unwrap();
    let path = came.line.split(' ').nth(1).unwrap();
    let query = path.strip_prefix("/?").unwrap();
    assert!(query.contains("TemplateCode=SMS_1") && query.contains("SignName=%E5%88%BA%E6%A1%90"), "{query}");
    assert!(query.contains("PhoneNumbers=%2B8613800000000") && query.contains("OutId=nt_1.2.0"), "{query}");
    assert_eq!(came.header("x-acs-date"), "2026-03-02T12:00:00Z");
    let header = came.header("authorization");
    let (head, signature) = header.rsplit_once(",Signature=").unwrap();
    let names = head.split("SignedHeaders=").nth(1).unwrap();
    let lines: String = names.split(';').map(|name| format!("{name}:{}\n", came.header(name))).collect();
    let canonical = format!("POST\n/\n{query}\n{lines}\n{names}\n{}", came.header("x-acs-content-sha256"));
    assert_eq!(came.header("x-acs-content-sha256"), hex(digest(&SHA256, came.body.as_bytes()).as_ref()));
    let text = format!("ACS3-HMAC-SHA256\n{}", hex(digest(&SHA256, canonical.as_bytes()).as_ref()));
    assert_eq!(signature, mac("SK", &text));
    assert!(names.contains("host") && names.contains("x-acs-signature-nonce"));

    let (sent, _) = given(r#"{"Code":"isv.MOBILE_NUMBER_ILLEGAL","Message":"+8613800000000"}"#);
    let trouble = sent.unwrap_err();
    assert_eq!((trouble.code.as_str(), trouble.hopeless), ("sms.isv.MOBILE_NUMBER_ILLEGAL", true));
    let (sent, _) = given(r#"{"Code":"isv.BUSINESS_LIMIT_CONTROL"}"#);
    assert!(!sent.unwrap_err().hopeless);
    let (sent, _) = given("<html>");
    assert_eq!(sent.unwrap_err().code, "sms.unreadable");
}

#[test]
fn settings_that_would_give_a_secret_away_are_refused() {
    let with = |url: &str| {
        Sms::new(&format!(r#"{{"provider":"generic","url":"{url}","key_id":"k","secret":"s3cret"}}"#)).err()
    };
    assert_eq!(with("https://sms.example/v1"), None);
    assert_eq!(with("http://localhost:9/v1"), None);
    assert_eq!(with("http://sms.example/v1"), Some(SettingsError::SmsUrl));
    assert_eq!(with("http://localhost.evil.example/"), Some(SettingsError::SmsUrl));
    assert_eq!(Sms::new("{").err(), Some(SettingsError::Sms));
    assert_eq!(Sms::new(r#"{"provider":"other"}"#).err(), Some(SettingsError::Sms));
    assert!(
        !format!(
            "{:?}",
            Sms::new(r#"{"provider":"generic","url":"https://a","key_id":"k","secret":"s3cret"}"#)
        )
        .contains("s3cret")
    );
}
