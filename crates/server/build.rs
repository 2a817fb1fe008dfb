//! Looks whether the console is built: a release carries it, a debug build reads it from `web/dist` when it is asked. Never
//! runs npm, and touches nothing.

use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script by the environment what it builds")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let profile = std::env::var("PROFILE");
    if profile.as_deref() != Ok("release") {
        return;
    }
    let dist = Path::new("../../web/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    assert!(
        dist.join("index.html").exists(),
        "\n\nThe console is not built, and a release carries it. Build it first:\n\n    scripts/web.sh build\n\n"
    );
}
