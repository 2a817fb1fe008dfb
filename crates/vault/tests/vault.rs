//! The vault over a folder and over a server that speaks S3, which the test starts: what is put comes back, nothing of it lies
//! there in the clear, every damage is found, and master keys change under it. Boundaries of R5-12.

#![cfg(test)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use zaiton_boundary as boundary;
use zaiton_vault::{Vault, VaultError, sha256};

/// Content of several pieces, the last one whole or not.
fn content(bytes: usize) -> Vec<u8> {
    b"a business licence ".iter().copied().cycle().take(bytes).collect()
}

fn story(vault: &Vault) {
    for (at, bytes) in [0, 1, 65_535, 65_536, 65_537, 3_000_000].into_iter().enumerate() {
        let content = content(bytes);
        let name = vault.name_of(7, &format!("{at}{}", sha256(&content))).unwrap();
        assert!(!vault.has(&name).unwrap());
        assert!(matches!(vault.get(&name), Err(VaultError::Missing)));
        vault.put(&name, &content).unwrap();
        assert!(vault.has(&name).unwrap());
        assert_eq!(vault.get(&name).unwrap(), content);
    }
    let hash = sha256(b"x");
    let name = vault.name_of(7, &hash).unwrap();
    assert_ne!(name, vault.name_of(8, &hash).unwrap(), "whose it is counts");
    assert!(!name.contains(&hash[..8]));
    vault.put(&name, b"first").unwrap();
    vault.put(&name, b"second").unwrap();
    assert_eq!(vault.get(&name).unwrap(), b"second");

    // Another master key: what was before is read, moved, and read again when the old key is gone.
    assert_eq!(vault.drop_old_keys().unwrap(), [""; 0]);
    assert_eq!(vault.new_master_key().unwrap(), "k2");
    assert_eq!(vault.drop_old_keys().unwrap(), [""; 0], "what is in use is not dropped");
    let newer = vault.name_of(7, &sha256(b"newer")).unwrap();
    vault.put(&newer, b"newer").unwrap();
    assert_eq!(vault.get(&name).unwrap(), b"second");
    let mut steps = 0;
    let done = vault.rewrap(|_| steps += 1).unwrap();
    assert_eq!((done.seen, done.moved, steps), (8, 7, 8));
    assert_eq!(vault.rewrap(|_| {}).unwrap().moved, 0);
    assert_eq!(vault.drop_old_keys().unwrap(), ["k1"]);
    assert_eq!(vault.get(&name).unwrap(), b"second");
    assert_eq!(vault.get(&newer).unwrap(), b"newer");
    boundary::inside("R5-12", "content is read under a new master key when the old one is gone");

    vault.delete(&name).unwrap();
    vault.delete(&name).unwrap();
    assert!(matches!(vault.get(&name), Err(VaultError::Missing)));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn a_folder() {
    let data = tempfile::tempdir().unwrap();
    let vault = Vault::open(data.path(), None).unwrap();
    story(&vault);
    for path in files(&data.path().join("documents")) {
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(8).any(|part| part == b"business"), "{}", path.display());
    }
}

#[test]
fn every_damage_is_found() {
    let data = tempfile::tempdir().unwrap();
    let vault = Vault::open(data.path(), None).unwrap();
    let (one, other) = (vault.name_of(1, "one").unwrap(), vault.name_of(1, "other").unwrap());
    vault.put(&one, &content(200_000)).unwrap();
    vault.put(&other, &content(200_000)).unwrap();
    let blobs = files(&data.path().join("documents/blobs"));
    let keys = files(&data.path().join("documents/keys"));
    let named = |paths: &[PathBuf], name: &str| {
        paths.iter().find(|path| path.to_string_lossy().contains(name)).unwrap().clone()
    };
    let (blob, blob_of_other) = (named(&blobs, &one), named(&blobs, &other));
    let (key, key_of_other) = (named(&keys, &one), named(&keys, &other));
    let whole = std::fs::read(&blob).unwrap();
    let damaged = |what: &str| {
        assert!(matches!(vault.get(&one), Err(VaultError::Damaged)), "{what}");
        boundary::outside("R5-12", format!("{what} is found"));
    };
    for at in [0, 65_535, 65_552, 100_000, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        std::fs::write(&blob, &changed).unwrap();
        damaged("a changed byte");
    }
    for length in [0, 1, 65_552, 2 * 65_552, whole.len() - 1] {
        std::fs::write(&blob, &whole[..length]).unwrap();
        damaged("a cut blob");
    }
    let swapped = [&whole[65_552..2 * 65_552], &whole[..65_552], &whole[2 * 65_552..]].concat();
    std::fs::write(&blob, swapped).unwrap();
    damaged("two pieces in each other's place");
    std::fs::copy(&blob_of_other, &blob).unwrap();
    damaged("another blob in its place");
    std::fs::write(&blob, &whole).unwrap();
    assert_eq!(vault.get(&one).unwrap(), content(200_000));
    let own_key = std::fs::read(&key).unwrap();
    std::fs::copy(&key_of_other, &key).unwrap();
    damaged("another's key in its place");
    std::fs::write(&key, b"{}").unwrap();
    damaged("a key that is none");
    std::fs::write(&key, String::from_utf8(own_key).unwrap().replace("k1", "k9")).unwrap();
    assert!(matches!(vault.get(&one), Err(VaultError::NoKey(name)) if name == "k9"));
}

#[test]
fn a_ring_that_is_none_is_said_without_what_is_in_it() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("documents.keys"), "{\"secret\":1}").unwrap();
    let error = Vault::open(data.path(), None).unwrap_err().to_string();
    assert!(error.contains("documents.keys") && !error.contains("secret"), "{error}");
    for address in ["http://x/y", "s3://", "s3://a:b@bucket/x", "s3://bucket/x?password=1"] {
        assert!(Vault::open(&data.path().join("other"), Some(address)).is_err(), "{address}");
    }
}

/// A server that speaks S3, ended with the test.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn python() -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/python/bin/python");
    let path = std::env::var_os("ZAITON_TEST_PYTHON").map_or(here, PathBuf::from);
    path.exists().then_some(path)
}

/// One request, its status line.
fn ask(port: u16, request: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "{request} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    text.lines().next().map(str::to_owned)
}

fn server() -> Option<Server> {
    let python = python()?;
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut child = Command::new(python)
        .args(["-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // It says on which address it runs when it does.
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("Running on") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "the server ended");
    }
    std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
    Some(Server { child, port })
}

#[test]
fn a_bucket() {
    let Some(server) = server() else {
        println!("skipped: there is no target/python");
        return;
    };
    let made = ask(server.port, "PUT /documents").unwrap();
    assert!(made.contains("200"), "{made}");
    let data = tempfile::tempdir().unwrap();
    let address =
        format!("s3://documents/of/a/place?region=us-east-1&endpoint=http://127.0.0.1:{}", server.port);
    // Who may come in is in variables of the process; this one is told them before it starts.
    let inner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "inside_a_bucket", "--nocapture", "--include-ignored"])
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("ZAITON_VAULT_STORY", format!("{}\n{address}", data.path().display()))
        .output()
        .unwrap();
    let told =
        format!("{}{}", String::from_utf8_lossy(&inner.stdout), String::from_utf8_lossy(&inner.stderr));
    assert!(inner.status.success() && told.contains("the story was told"), "{told}");
}

/// The story over a bucket, in the process that [`a_bucket`] starts; alone it has nothing to tell.
#[test]
fn inside_a_bucket() {
    let Some(place) = std::env::var_os("ZAITON_VAULT_STORY") else { return };
    let place = place.into_string().unwrap();
    let (data, address) = place.split_once('\n').unwrap();
    let vault = Vault::open(Path::new(data), Some(address)).unwrap();
    story(&vault);
    println!("the story was told");
}
