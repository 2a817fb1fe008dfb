//! Signatures of pushes: known answers, worked out by other programs, and everything that must not be believed.
//!
//! The answers were made with Python's `hmac` and `base64` and with OpenSSL, by the commands above each.

use zaiton_connect::orders::signature::{
    OwnRequest, SignatureError, read_ebay_signature, verify_ebay, verify_own_site, verify_shopify,
    verify_woocommerce,
};
use zaiton_kernel::Timestamp;

const BODY: &[u8] = "{\"id\":450789469,\"note\":\"茶\"}\n".as_bytes();

// python3 -c 'import hmac,hashlib,base64; b="{\"id\":450789469,\"note\":\"茶\"}\n".encode();
//   print(base64.b64encode(hmac.new(b"example-secret",b,hashlib.sha256).digest()).decode())'
const HMAC: &str = "T6TxPSijnWPHROo7PWg5NN3wqYcuGNNIAVDjT+4aOos=";

// openssl ecparam -name prime256v1 -genkey -noout -out key.pem; openssl ec -in key.pem -pubout
const EBAY_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEGxvewp+somi7EnSrdXYxAnXOx85A\nddAx4A5gEQrD8JXz0RaOaiAcHCGg1obMMqoJYDCSiUmOO6310d5mssZ9TQ==\n-----END PUBLIC KEY-----";
// The same pair: printf '%s\n' '{"id":450789469,"note":"茶"}' | openssl dgst -sha1 -sign key.pem | base64 -w0
const EBAY_SHA1: &str =
    "MEUCIQD0ujbYvwrmpwgqQbOXh6KfeWmYpsr5hIHzRtRnxCyLHwIgASPpfHUd4wD8WecZ9XuCbCtDvIBiJH+wH2/8bhXSNvU=";
// And with -sha256.
const EBAY_SHA256: &str =
    "MEUCIFUcgqqv3OuCpg9uo42FJpQffjwdnG5zxD1TWF1If5w4AiEA3topndNJcDw7sRi/Ov9oOqc/cRLwAsL1yhHgWUtJHIQ=";
// A key of another pair.
const OTHER_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEBd1sMpyxx111xa1uCjD3J2hejoe+\n4LE3y5P0s5BAbvGulTU2D+uZhzOQirYTft65oFfH9+KG6rjJRusexEsn1Q==\n-----END PUBLIC KEY-----";

// python3: hmac over "POST\n/v1/orders?dry=1\n1772413200\nnonce-0123456789\n" + sha256(body).hexdigest(), key b"example-secret"
const OWN: &str = "d168453eb52bfa3a8a528e9f97366217b22b63bae16fc02b1c8ff75184eb4e77";
const OWN_SECONDS: i64 = 1_772_413_200;

#[test]
fn shopify_and_woocommerce_sign_the_raw_body() {
    for verify in [verify_shopify, verify_woocommerce] {
        assert_eq!(verify(b"example-secret", BODY, HMAC), Ok(()));
        assert_eq!(verify(b"example-secret", BODY.trim_ascii_end(), HMAC), Err(SignatureError::Wrong));
        assert_eq!(verify(b"another-secret", BODY, HMAC), Err(SignatureError::Wrong));
        assert_eq!(verify(b"example-secret", BODY, &HMAC[..40]), Err(SignatureError::Wrong));
        assert_eq!(verify(b"example-secret", BODY, ""), Err(SignatureError::Wrong));
        assert_eq!(verify(b"example-secret", BODY, "not base64!"), Err(SignatureError::Form));
        assert_eq!(verify(b"example-secret", BODY, &"A".repeat(5_000)), Err(SignatureError::Form));
        assert_eq!(verify(b"", BODY, HMAC), Err(SignatureError::Key));
    }
}

fn ebay_header(signature: &str, digest: &str) -> String {
    use base64::Engine;
    let json = format!(
        "{{\"alg\":\"ecdsa\",\"kid\":\"0000-example-kid\",\"signature\":\"{signature}\",\"digest\":\"{digest}\",\"new\":1}}"
    );
    base64::engine::general_purpose::STANDARD.encode(json)
}

#[test]
fn ebay_signs_with_the_key_that_its_header_names() {
    let said = read_ebay_signature(&ebay_header(EBAY_SHA1, "SHA1")).unwrap();
    assert_eq!(said.kid, "0000-example-kid");
    assert_eq!(verify_ebay(EBAY_KEY, BODY, &said), Ok(()));
    // The key is answered on one line.
    assert_eq!(verify_ebay(&EBAY_KEY.replace('\n', ""), BODY, &said), Ok(()));
    let newer = read_ebay_signature(&ebay_header(EBAY_SHA256, "sha256")).unwrap();
    assert_eq!(verify_ebay(EBAY_KEY, BODY, &newer), Ok(()));
    let mixed = read_ebay_signature(&ebay_header(EBAY_SHA1, "SHA256")).unwrap();
    assert_eq!(verify_ebay(EBAY_KEY, BODY, &mixed), Err(SignatureError::Wrong));
    assert_eq!(verify_ebay(EBAY_KEY, BODY.trim_ascii_end(), &said), Err(SignatureError::Wrong));
    assert_eq!(verify_ebay(OTHER_KEY, BODY, &said), Err(SignatureError::Wrong));
    assert_eq!(verify_ebay("no key", BODY, &said), Err(SignatureError::Key));
    assert_eq!(verify_ebay(&EBAY_KEY.replace("PUBLIC", "PRIVATE"), BODY, &said), Err(SignatureError::Key));
}

#[test]
fn ebay_headers_of_another_form_are_refused() {
    use base64::Engine;
    let header = |json: &str| {
        read_ebay_signature(&base64::engine::general_purpose::STANDARD.encode(json)).unwrap_err()
    };
    assert_eq!(
        header("{\"alg\":\"none\",\"kid\":\"k\",\"signature\":\"\",\"digest\":\"SHA1\"}"),
        SignatureError::Algorithm
    );
    assert_eq!(
        header("{\"alg\":\"ecdsa\",\"kid\":\"k\",\"signature\":\"\",\"digest\":\"MD5\"}"),
        SignatureError::Algorithm
    );
    // The id becomes part of an address.
    assert_eq!(
        header("{\"alg\":\"ecdsa\",\"kid\":\"../k\",\"signature\":\"\",\"digest\":\"SHA1\"}"),
        SignatureError::Form
    );
    assert_eq!(
        header("{\"alg\":\"ecdsa\",\"kid\":\"\",\"signature\":\"\",\"digest\":\"SHA1\"}"),
        SignatureError::Form
    );
    assert_eq!(
        header("{\"alg\":\"ecdsa\",\"kid\":\"k\",\"signature\":\"?\",\"digest\":\"SHA1\"}"),
        SignatureError::Form
    );
    assert_eq!(header("{}"), SignatureError::Form);
    assert_eq!(read_ebay_signature("?").unwrap_err(), SignatureError::Form);
}

fn own() -> OwnRequest<'static> {
    OwnRequest {
        method: "POST",
        path: "/v1/orders?dry=1",
        timestamp: "1772413200",
        nonce: "nonce-0123456789",
        body: BODY,
    }
}

/// Rule R5-04.
#[test]
fn our_own_format_signs_method_path_time_nonce_and_body() {
    let at = |seconds: i64| Timestamp::from_micros((OWN_SECONDS + seconds) * 1_000_000);
    let check = |request: &OwnRequest<'_>, seconds: i64| {
        verify_own_site(b"example-secret", request, OWN, at(seconds))
    };
    assert_eq!(check(&own(), 0), Ok(()));
    assert_eq!((check(&own(), 300), check(&own(), -300)), (Ok(()), Ok(())));
    assert_eq!(check(&own(), 301), Err(SignatureError::Stale));
    assert_eq!(check(&own(), -301), Err(SignatureError::Stale));
    assert_eq!(check(&OwnRequest { method: "post", ..own() }, 0), Ok(()));
    let wrong = [
        OwnRequest { method: "PUT", ..own() },
        OwnRequest { path: "/v1/orders?dry=0", ..own() },
        OwnRequest { timestamp: "1772413201", ..own() },
        OwnRequest { nonce: "nonce-0123456780", ..own() },
        OwnRequest { body: b"{}", ..own() },
    ];
    for request in wrong {
        assert_eq!(check(&request, 0), Err(SignatureError::Wrong), "{request:?}");
        // That it is late is not told to whoever cannot sign.
        assert_eq!(check(&request, 9_999), Err(SignatureError::Wrong), "{request:?}");
    }
    let malformed = [
        OwnRequest { nonce: "short", ..own() },
        OwnRequest { nonce: "nonce 0123456789", ..own() },
        OwnRequest { timestamp: "-1", ..own() },
        OwnRequest { timestamp: "17724132001772413200", ..own() },
        OwnRequest { path: "/v1\n/orders", ..own() },
        OwnRequest { method: "", ..own() },
    ];
    for request in malformed {
        assert_eq!(check(&request, 0), Err(SignatureError::Form), "{request:?}");
    }
    assert_eq!(verify_own_site(b"", &own(), OWN, at(0)), Err(SignatureError::Key));
    assert_eq!(verify_own_site(b"another-secret", &own(), OWN, at(0)), Err(SignatureError::Wrong));
    assert_eq!(verify_own_site(b"example-secret", &own(), &OWN[..63], at(0)), Err(SignatureError::Wrong));
    assert_eq!(verify_own_site(b"example-secret", &own(), &OWN.to_uppercase(), at(0)), Ok(()));
}
