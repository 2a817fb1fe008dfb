//! Why a document refuses, and why a file is none. Never decides.

use zaiton_kernel::LocalDate;

refusals! {
    /// Why a command to a document was refused.
    DocumentRefusal, "documents.document";
    /// It is over.
    Closed {
        /// Where it stands.
        state: String,
    } = "closed", "R5-12",
        why("该文件已被替换或移除。", "This document was replaced or removed."),
        cure("请使用当前的文件。", "Use the document that is in its place.");
    /// No reason was given.
    ReasonMissing { } = "reason_missing", "R5-12",
        why("缺少原因，或原因过长。", "The reason is missing or too long."),
        cure("请填写 1 至 500 字的原因。", "Give a reason of 1 to 500 letters.");
    /// The last day is before the first.
    EndsBeforeItBegins {
        /// The last day.
        until: LocalDate,
    } = "ends_before_it_begins", "R5-12",
        why("失效日期早于生效日期。", "The last day of validity is before the first."),
        cure("请核对有效期。", "Check both days.");
    /// Its last day is over already.
    IsOver {
        /// The last day.
        until: LocalDate,
    } = "is_over", "R5-12",
        why("该文件已过有效期。", "This document is no longer valid."),
        cure("请上传有效的文件。", "Upload one that is valid.");
    /// It is seen under a watermark only.
    Watermarked { } = "watermarked", "R5-12",
        why("身份证件仅可在水印下预览，不可下载。", "Papers of people are seen under a watermark only."),
        cure("请使用预览。", "Look at its preview.");
    /// Nothing can be drawn of it.
    NoPreview { } = "no_preview", "R5-12",
        why("该文件无法生成预览。", "No picture can be made of this document."),
        cure("请下载查看，或重新上传。", "Take the file itself, or upload it anew.");
    /// It has fewer pages.
    NoSuchPage {
        /// How many it has.
        pages: u32,
    } = "no_such_page", "R5-12",
        why("没有这一页。", "It has no such page."),
        cure("页码从 1 开始，不超过总页数。", "Pages are counted from 1 to as many as it has.");
}
