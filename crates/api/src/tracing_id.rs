//! The id under which a request is found in the log (W3C Trace Context): taken from `traceparent`, or made; said in the answer, and
//! carried with the command and all that follows from it. Never logs what was asked, by whom, or from where.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use zaiton_engine::Trace;

const HEADER: &str = "traceparent";

/// Random bits; none where the system gives none.
fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0_u8; N];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// `00-{32 hex}-{16 hex}-{2 hex}`: the trace, where the text is of this form. A later version may have more after it.
fn trace_in(text: &str) -> Option<Trace> {
    let mut parts = text.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, letters: usize| {
        text.len() == letters && text.bytes().all(|letter| matches!(letter, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_ended = version != "00" || parts.next().is_none();
    let is_whole = hex(version, 2) && version != "ff" && hex(parent, 16) && hex(flags, 2) && is_ended;
    let is_parent = parent.bytes().any(|letter| letter != b'0');
    Trace::read(trace).filter(|_| is_whole && is_parent)
}

fn of(headers: &HeaderMap) -> Option<Trace> {
    let given = headers.get(HEADER).and_then(|value| value.to_str().ok()).and_then(trace_in);
    given.or_else(|| random().and_then(|bits| Trace::of(u128::from_be_bytes(bits))))
}

/// Before anything else is done with a request.
pub(crate) async fn traced(mut request: Request, next: Next) -> Response {
    let Some(trace) = of(request.headers()) else { return next.run(request).await };
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str);
    let span = tracing::info_span!("request", trace_id = %trace, route, method = %request.method());
    request.extensions_mut().insert(trace);
    let answer = async {
        let response = next.run(request).await;
        tracing::debug!(status = response.status().as_u16(), "answered");
        response
    };
    let mut response = answer.instrument(span).await;
    let own = u64::from_be_bytes(random().unwrap_or([0, 0, 0, 0, 0, 0, 0, 1])).max(1);
    if let Ok(value) = HeaderValue::from_str(&format!("00-{trace}-{own:016x}-00")) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_comes_from_outside_where_it_is_well_formed() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let good = format!("00-{trace}-00f067aa0ba902b7-01");
        assert_eq!(trace_in(&good).unwrap().to_string(), trace);
        assert!(trace_in(&format!("01-{trace}-00f067aa0ba902b7-01-more")).is_some());
        for bad in [
            String::new(),
            trace.to_owned(),
            format!("00-{trace}-00f067aa0ba902b7"),
            format!("00-{trace}-00f067aa0ba902b7-01-more"),
            format!("ff-{trace}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{trace}-0000000000000000-01"),
            format!("00-{}-00f067aa0ba902b7-01", trace.to_uppercase()),
            format!("00-{trace}\n-00f067aa0ba902b7-01"),
        ] {
            assert_eq!(trace_in(&bad), None, "{bad}");
        }
        let made = of(&HeaderMap::new()).unwrap();
        assert_ne!(made, of(&HeaderMap::new()).unwrap());
    }
}
