//! The figures of documents, with the bounds that the rule names. Data only.

/// What may be taken, and when people are reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentPolicy {
    /// Rule R5-12. Bytes of a file, at most.
    pub most_bytes: u64,
    /// Bytes of a file that comes in one request, and of each part of a larger one, at most.
    pub part_bytes: u64,
    /// Pages of a PDF, at most.
    pub most_pages: u32,
    /// Pixels of an image, at most: a small file may say that it is very large.
    pub most_pixels: u64,
    /// Seconds that an upload waits for its next part.
    pub upload_seconds: i64,
    /// Rule R5-12. Days before its last day of validity on which people are reminded, the farthest first.
    pub reminders: [u16; 3],
}

impl DocumentPolicy {
    /// What holds unless somebody sets it otherwise.
    pub const DEFAULT: Self = Self {
        most_bytes: 20 * 1024 * 1024,
        part_bytes: 5 * 1024 * 1024,
        most_pages: 200,
        most_pixels: 50_000_000,
        upload_seconds: 86_400,
        reminders: [60, 30, 7],
    };
}
