//! Why a file is not taken, in the order in which it is looked at. Never decides.

refusals! {
    /// Why a command to an upload was refused.
    UploadRefusal, "documents.upload";
    /// The name is missing or too long.
    Name {
        /// Letters, at most.
        at_most: usize,
    } = "name", "R5-12",
        why("文件名缺失或过长。", "The name of the file is missing or too long."),
        cure("请使用不超过所示长度的文件名。", "Use a name that is not longer than is shown.");
    /// There is nothing in it.
    Empty { } = "empty", "R5-12",
        why("文件为空。", "There is nothing in the file."),
        cure("请选择有内容的文件。", "Choose another file.");
    /// It is too large.
    TooLarge {
        /// Bytes, at most.
        at_most: u64,
    } = "too_large", "R5-12",
        why("文件过大。", "The file is too large."),
        cure("请压缩或拆分后上传，不超过 20 MB。", "Make it smaller or split it: 20 MB at most.");
    /// The part does not begin where the last one ended.
    Elsewhere {
        /// Where the next begins.
        received: u64,
    } = "offset", "R5-12",
        why("该分片的起始位置与已收到的长度不符。", "This part does not begin where the last one ended."),
        cure("请从所示位置继续上传。", "Go on from where it is shown.");
    /// The part is too large, or empty.
    PartTooLarge {
        /// Bytes, at most.
        at_most: u64,
    } = "part_too_large", "R5-12",
        why("分片为空或过大。", "The part is empty or too large."),
        cure("每个分片不超过 5 MB。", "Send parts of 5 MB at most.");
    /// The part is too small, and not the last.
    PartTooSmall {
        /// Bytes, at least.
        at_least: u64,
    } = "part_too_small", "R5-12",
        why("分片过小。", "The part is too small, and not the last one."),
        cure("请使用更大的分片。", "Send larger parts.");
    /// It is longer than was said.
    Longer {
        /// How long it was said to be.
        said: u64,
    } = "longer", "R5-12",
        why("内容超过事先声明的长度。", "There is more than was said at the start."),
        cure("请重新开始上传。", "Begin the upload anew.");
    /// Parts are missing.
    Unfinished {
        /// How much is there.
        received: u64,
    } = "unfinished", "R5-12",
        why("文件尚未传完。", "Parts of the file are missing."),
        cure("请继续上传。", "Go on with the upload.");
    /// It is over.
    Closed {
        /// Where it stands.
        state: String,
    } = "closed", "R5-12",
        why("该上传已结束。", "This upload is over."),
        cure("请重新开始上传。", "Begin a new one.");
    /// It is no PDF, JPEG, PNG or WebP.
    NotAllowed { } = "not_allowed", "R5-12",
        why("仅接受 PDF、JPEG、PNG、WebP，且以内容而非扩展名判断。", "Only PDF, JPEG, PNG and WebP are taken, by what is in the file."),
        cure("请另存为上述格式后上传。", "Save it as one of these, and upload that.");
    /// It cannot be read to its end.
    Damaged { } = "damaged", "R5-12",
        why("文件不完整、已加密或已损坏。", "The file is damaged, locked or not whole."),
        cure("请检查能否正常打开，去除密码后重新上传。", "See whether it opens without a password, then upload it again.");
    /// It is something else as well.
    Mixed { } = "mixed", "R5-12",
        why("文件中含有可执行内容或其他文件。", "The file holds something that could be run, or another file."),
        cure("请打印为 PDF 或另存为图片后上传。", "Print it as a PDF or save it as a picture, and upload that.");
    /// The picture is too large.
    TooManyPixels {
        /// Pixels, at most.
        at_most: u64,
    } = "too_many_pixels", "R5-12",
        why("图片尺寸过大。", "The picture has too many pixels."),
        cure("请缩小后上传。", "Make it smaller, then upload it.");
    /// The PDF has too many pages.
    TooManyPages {
        /// Pages, at most.
        at_most: u32,
    } = "too_many_pages", "R5-12",
        why("页数过多。", "The document has too many pages."),
        cure("请拆分后上传。", "Split it, then upload the parts.");
}
