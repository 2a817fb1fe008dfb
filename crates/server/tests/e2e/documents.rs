//! Documents from outside (R5-12): a large file that goes on after its server was killed in the middle of a part, a small one in one
//! request, papers of people under a watermark only, every look written down, and another master key under all of it.

use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::client::{Answer, Http};
use crate::home::{Dice, Home, Server, eventually};
use crate::shop::open_merchant;

const PART: usize = 5 * 1024 * 1024;

/// A picture as far as its frame goes, with noise of so many bytes in it.
fn png(bytes: usize) -> Vec<u8> {
    let mut dice = Dice::new(7);
    let noise: Vec<u8> = (0..bytes).map(|_| u8::try_from(dice.below(256)).unwrap()).collect();
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    let head = [0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0];
    for (kind, data) in [(b"IHDR", head.as_slice()), (b"IDAT", noise.as_slice()), (b"IEND", [].as_slice())] {
        picture.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        picture.extend(kind);
        picture.extend(data);
        picture.extend([0; 4]);
    }
    picture
}

/// A PDF of one page.
fn pdf(words: &str) -> Vec<u8> {
    let text = format!("BT /F1 24 Tf 72 700 Td ({words}) Tj ET");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
            .to_owned(),
        format!("<</Length {}>>stream\n{text}\nendstream", text.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let mut pdf = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.push_str(&format!("{} 0 obj{object}endobj\n", at + 1));
    }
    let table = pdf.len();
    pdf.push_str("xref\n0 6\n0000000000 65535 f \n");
    places.iter().for_each(|place| pdf.push_str(&format!("{place:010} 00000 n \n")));
    pdf.push_str(&format!("trailer<</Size 6/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"));
    pdf.into_bytes()
}

fn begin(http: &Http, key: &str, bytes: usize) -> String {
    let said =
        json!({ "purpose": "licence", "name": "licence.png", "bytes": bytes, "valid_until": "2040-05-31" });
    let body = said.to_string();
    let answer = http.post("/api/v1/merchants/qinghe/uploads", Some(key), body.as_bytes()).unwrap();
    answer.reply()["upload"].as_str().unwrap().to_owned()
}

fn put(server: &Server, upload: &str, offset: usize, content: &[u8]) -> Answer {
    let (token, offset) = (format!("Bearer {}", server.token()), offset.to_string());
    let heads =
        [("authorization", token.as_str()), ("upload-offset", &offset), ("zaiton-actor", "person:mei")];
    // On PostgreSQL a lane waits for the lease of whoever was killed.
    eventually("its lane is owned", 30, || {
        let answer = server.http().call("PUT", &format!("/api/v1/uploads/{upload}"), &heads, content);
        (answer.status != 503).then_some(answer)
    })
}

fn store(http: &Http, key: &str, asked: &str, content: &[u8]) -> Answer {
    http.post(&format!("/api/v1/merchants/qinghe/documents?{asked}"), Some(key), content).unwrap()
}

/// A part of which half was sent when the server died.
fn cut(server: Server, upload: &str, offset: usize, content: &[u8]) {
    let mut stream = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).unwrap();
    let head = format!(
        "PUT /api/v1/uploads/{upload} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nUpload-Offset: {offset}\r\n\
         Content-Length: {}\r\n\r\n",
        server.token(),
        content.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&content[..content.len() / 2]).unwrap();
    server.kill();
}

fn looks(home: &Home) -> i64 {
    home.number("SELECT count(*) FROM events WHERE command = 'documents.view'")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Killed in the middle of a part and again after one, and whole in the end.
fn goes_on(home: &Home) {
    let mut server = home.serve();
    open_merchant(home, &server.http(), "qinghe");
    let file = png(12_000_000);
    let upload = begin(&server.http(), "u1", file.len());
    assert_eq!(put(&server, &upload, 0, &file[..PART]).reply()["received"], PART);
    cut(server, &upload, PART, &file[PART..2 * PART]);
    server = home.serve();
    let at =
        |server: &Server| server.http().get(&format!("/api/v1/uploads/{upload}")).json()["record"].clone();
    assert_eq!(
        (&at(&server)["received"], &at(&server)["state"]["name"]),
        (&json!(PART), &json!("uploading"))
    );
    // Another part for the same place, one that begins too far, and one that is too large.
    for (offset, content, code) in [
        (0, &file[1..PART], "documents.upload.offset"),
        (2 * PART, &file[2 * PART..], "documents.upload.offset"),
        (PART, &file[..PART + 1], "documents.upload.part_too_large"),
    ] {
        assert_eq!(put(&server, &upload, offset, content).refusal(), (422, code.to_owned()));
    }
    assert_eq!(put(&server, &upload, PART, &file[PART..2 * PART]).reply()["received"], 2 * PART);
    server.kill();
    server = home.serve();
    // The answer was lost: the same part again is one part.
    assert_eq!(put(&server, &upload, PART, &file[PART..2 * PART]).reply()["received"], 2 * PART);
    let done = put(&server, &upload, 2 * PART, &file[2 * PART..]).reply();
    assert_eq!(done["state"]["name"], "stored", "{done}");
    let document = done["state"]["document"].as_str().unwrap().to_owned();
    let (status, headers, content) = server.http().file(&format!("/api/v1/documents/{document}/content"));
    assert!(status == 200 && content == file, "{status}, {} bytes", content.len());
    let head = |name: &str| headers.iter().find(|(known, _)| known == name).unwrap().1.clone();
    assert_eq!(
        (head("content-type"), head("x-content-type-options")),
        ("image/png".into(), "nosniff".into())
    );
    assert!(
        head("content-disposition").starts_with("attachment;")
            && head("content-security-policy").starts_with("sandbox")
    );
    assert_eq!(looks(home), 1);
    let record = server.http().get(&format!("/api/v1/documents/{document}")).json();
    assert_eq!(record["record"]["content"]["bytes"], file.len());
    // The parts are gone: what lies there is one blob and its key.
    eventually("the parts are gone", 60, || (files(&home.path("documents")).len() == 2).then_some(()));
    // Its noise makes no picture: the reader says so, and lives.
    let broken = server.http().get(&format!("/api/v1/documents/{document}/preview"));
    assert_eq!(broken.refusal(), (422, "documents.document.no_preview".to_owned()));
    assert_eq!(server.http().get("/healthz").status, 200);
}

#[test]
fn a_large_file_goes_on_after_a_kill_on_sqlite() {
    goes_on(&Home::sqlite());
}

#[test]
fn a_large_file_goes_on_after_a_kill_on_postgres() {
    goes_on(&Home::postgres(1));
}

#[test]
fn small_files_are_taken_by_what_they_are_and_looked_at_under_rules() {
    let home = Home::sqlite();
    let server = home.serve();
    let http = server.http();
    open_merchant(&home, &http, "qinghe");
    for (key, content, code) in [
        ("k1", b"<html><script>alert(1)</script></html>".to_vec(), "not_allowed"),
        ("k2", [png(100), b"<script>alert(1)</script>".to_vec()].concat(), "mixed"),
        ("k3", pdf("x")[..200].to_vec(), "damaged"),
        ("k4", Vec::new(), "empty"),
    ] {
        let answer = store(&http, key, "purpose=other&name=x.pdf", &content);
        assert_eq!(answer.refusal(), (422, format!("documents.upload.{code}")));
    }
    let answer = store(&http, "k5", "purpose=licence&name=l.pdf&valid_until=2020-01-01", &pdf("old"));
    assert_eq!(answer.refusal(), (422, "documents.document.is_over".to_owned()));
    let stored = |key: &str, purpose: &str, words: &str| {
        let answer =
            store(&http, key, &format!("purpose={purpose}&name=a.pdf&valid_until=2041-01-01"), &pdf(words));
        answer.reply()["document"].as_str().unwrap().to_owned()
    };
    let paper = stored("k6", "identity_paper", "a private name");
    assert_eq!(stored("k6", "identity_paper", "a private name"), paper, "the same key is the same document");
    // The same content again is another document over one blob.
    let licence = stored("k7", "licence", "a private name");
    assert!(licence != paper && files(&home.path("documents/blobs")).len() == 1);
    for path in files(&home.path("documents")) {
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(7).any(|part| part == b"private"), "{}", path.display());
    }
    let refused = http.get(&format!("/api/v1/documents/{paper}/content"));
    assert_eq!(refused.refusal(), (422, "documents.document.watermarked".to_owned()));
    let preview = |id: &str, page: u32| http.file(&format!("/api/v1/documents/{id}/preview?page={page}"));
    let ((of_paper, _, marked), (of_licence, _, plain)) = (preview(&paper, 1), preview(&licence, 1));
    assert_eq!((of_paper, of_licence), (200, 200));
    assert!(
        marked.starts_with(b"\x89PNG") && plain.starts_with(b"\x89PNG") && marked.len() > plain.len() + 1_000
    );
    assert_eq!(preview(&paper, 2).0, 422);
    assert_eq!(looks(&home), 2);
    let remove = json!({ "merchant": merchant_of(&http), "document": paper, "reason": "uploaded twice" });
    let machine = http.command("documents.remove", "r0", &remove);
    assert_eq!(machine.refusal(), (403, "access.needs_person".to_owned()));
    let clerk = crate::people::clerk(&home, &http, "clerk@platform.example");
    assert_eq!(clerk.command("documents.remove", "r1", &remove).reply()["state"]["name"], "removed");
    assert_eq!(preview(&paper, 1).0, 422);
    assert_eq!(preview(&licence, 1).0, 200);
    let listed = http.get("/api/v1/documents?merchant=qinghe&state=stored").json();
    assert_eq!(listed["rows"].as_array().unwrap().len(), 1);
    assert_eq!(listed["rows"][0]["allowed"][0]["command"], "documents.remove");

    // Another master key, while the server runs and then without the old one.
    let told = home.run(&["admin", "rotate-document-key", "--drop-old"]).ok();
    assert!(told.contains("1 of 1 put under the newest key; dropped: k1"), "{told}");
    assert_eq!(preview(&licence, 1).0, 200);
    let blob = files(&home.path("documents/blobs")).remove(0);
    let mut bytes = std::fs::read(&blob).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&blob, bytes).unwrap();
    assert!(preview(&licence, 1).0 >= 500, "a changed byte is found");
    drop(server);
    home.verify();
}

fn merchant_of(http: &Http) -> Value {
    http.get("/api/v1/merchants/qinghe").json()["id"].clone()
}
