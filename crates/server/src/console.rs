//! The console's files, as `npm run build` left them: carried by a release, read from `web/dist` by a debug build. Says how
//! browsers may keep them and what a page may load. Knows no page, holds no rule, and answers no address of the API.

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};

/// What lies in `web/dist`. Every text lies there twice, as it is and packed with brotli (`.br`).
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

/// Stands in the built page for the word under which its styles may be read; each answer gets another.
const NONCE: &str = "__ZAITON_NONCE__";
/// Names under `assets/` carry the hash of what is in them.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// Asked for anew each time; what has not changed is not sent again.
const ASK_AGAIN: &str = "no-cache";
/// The page names the assets of this very program: it is never kept.
const NEVER: &str = "no-store";
/// Shown by a debug build when nobody built the console.
const NOT_BUILT: &str = "The console is not built yet: run `scripts/web.sh build`, then load this page again.\n\
                         While working on it: `npm run dev` in web/.\n";

/// The console's routes, to be merged with those of the API.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/o") }))
        .route("/o", get(page))
        .route("/o/", get(page))
        .route("/o/{*path}", get(page))
        .route("/assets/{*path}", get(asset))
        .route(
            "/favicon.svg",
            get(|headers: HeaderMap| async move { file("favicon.svg", &headers, ASK_AGAIN) }),
        )
}

/// Every page is the same file: the console reads the address itself.
async fn page() -> Response {
    let Some(index) = Dist::get("index.html") else {
        return guarded((StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT).into_response(), None);
    };
    let mut bytes = [0_u8; 16];
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let nonce: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let body = String::from_utf8_lossy(&index.data).replace(NONCE, &nonce);
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, NEVER)];
    guarded((kind, body).into_response(), Some(&nonce))
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    file(&format!("assets/{path}"), &headers, FOR_GOOD)
}

fn file(path: &str, asked: &HeaderMap, keep: &'static str) -> Response {
    let packed = takes_brotli(asked).then(|| Dist::get(&format!("{path}.br"))).flatten();
    let encoding = packed.is_some().then_some("br");
    let Some(found) = packed.or_else(|| Dist::get(path)) else {
        return guarded(StatusCode::NOT_FOUND.into_response(), None);
    };
    let tag = tag(&found);
    let is_known = asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag || known.trim() == "*");
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, kind(path))], Body::from(found.data.into_owned())).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Some(encoding) = encoding.filter(|_| !is_known) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    guarded(response, None)
}

/// The hash of what is sent: packed and plain have tags of their own.
fn tag(file: &EmbeddedFile) -> String {
    let hash: String =
        file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

/// A browser says so by name; `br;q=0` refuses it.
fn takes_brotli(asked: &HeaderMap) -> bool {
    let lines = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let is_brotli = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        is_brotli && !weight.is_some_and(|weight| weight.trim_matches(['0', '.']).is_empty())
    })
}

/// What the build makes; anything else is bytes.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, end)| end) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// What a page of ours may load, and who may show it within another: only itself, and nobody.
fn guarded(mut response: Response, nonce: Option<&str>) -> Response {
    let styles = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let fixed: [(HeaderName, &'static str); 3] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(line: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(line))])
    }

    #[test]
    fn brotli_is_sent_to_whoever_takes_it() {
        for (line, takes) in [
            ("gzip, deflate, br, zstd", true),
            ("BR", true),
            ("gzip;q=1, br;q=0.5", true),
            ("br;q=0", false),
            ("br; q=0.000", false),
            ("gzip, brr", false),
            ("", false),
        ] {
            assert_eq!(takes_brotli(&accepting(line)), takes, "{line}");
        }
        assert!(!takes_brotli(&HeaderMap::new()));
    }

    #[test]
    fn a_page_may_load_from_here_only() {
        let response = guarded(StatusCode::OK.into_response(), Some("abc"));
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.contains("style-src 'self' 'nonce-abc';") && policy.contains("frame-ancestors 'none'")
        );
        assert!(!policy.contains("unsafe"));
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for path in ["assets/nothing.js", "../Cargo.toml", "assets/../../package.json", "assets/%2e%2e/x"] {
            assert_eq!(file(path, &accepting("br"), FOR_GOOD).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
