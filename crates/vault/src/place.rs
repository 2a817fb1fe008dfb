//! Where content lies: a folder, or a bucket of something that speaks S3. Never looks at content.

use std::path::Path;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;
use url::Url;

use crate::VaultError;

/// A folder; made when it is not there, for its owner alone.
pub(crate) fn folder(path: &Path) -> Result<Arc<dyn ObjectStore>, VaultError> {
    let told = |error: std::io::Error| VaultError::World(format!("{}: {error}", path.display()));
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(told)?;
    let store = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
    Ok(Arc::new(store))
}

/// A bucket by its address.
pub(crate) fn bucket(address: &str) -> Result<Arc<dyn ObjectStore>, VaultError> {
    let wrong = |why: &str| VaultError::World(format!("the address of the bucket: {why}"));
    let url = Url::parse(address).map_err(|error| wrong(&error.to_string()))?;
    if url.scheme() != "s3" {
        return Err(wrong("it begins with s3://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "it holds no credentials: put them into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        ));
    }
    let bucket = url.host_str().filter(|name| !name.is_empty()).ok_or_else(|| wrong("it names no bucket"))?;
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
    for (name, value) in url.query_pairs() {
        builder = match name.as_ref() {
            // Plain HTTP only where it was asked for by its name.
            "endpoint" => builder.with_allow_http(value.starts_with("http://")).with_endpoint(value),
            "region" => builder.with_region(value),
            other => return Err(wrong(&format!("it knows endpoint and region, not {other}"))),
        };
    }
    let store = builder.build().map_err(|error| wrong(&error.to_string()))?;
    let prefix = url.path().trim_matches('/').to_owned();
    Ok(if prefix.is_empty() { Arc::new(store) } else { Arc::new(PrefixStore::new(store, prefix)) })
}
