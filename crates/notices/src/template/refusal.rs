//! Why a template refuses, in the order the rule is checked. Never decides.

use zaiton_kernel::Timestamp;

zaiton_kernel::refusals! {
    /// Why a command to a template was refused.
    TemplateRefusal, "notices.template";
    /// What is in the inbox is not a template's.
    Inbox { } = "inbox", "R5-20",
        why("站内信的文字由系统给出，不能修改。", "The words in the inbox are the program's."),
        cure("请选择邮件或短信。", "Choose mail or mobile.");
    /// Too long, or empty.
    Length {
        /// Letters of a subject, at most.
        subject: usize,
        /// Letters of a body, at most.
        body: usize,
    } = "length", "R5-20",
        why("标题或正文为空或过长。", "The subject or the text is empty or too long."),
        cure("请按上限缩短；短信没有标题。", "Keep to the lengths; a message to a mobile has no subject.");
    /// A header ends where its line does.
    Lines { } = "lines", "R5-20",
        why("标题不得换行。", "A subject is one line."),
        cure("请去掉标题中的换行。", "Take the line breaks out of the subject.");
    /// It cannot be filled in.
    Wrong {
        /// In which line; 0 when it is not known.
        line: usize,
        /// What the engine says.
        error: String,
    } = "wrong", "R5-20",
        why("模板无法按示例数据生成。", "The template cannot be filled in with the sample figures."),
        cure("请只使用该主题的变量，并核对所指的行。", "Use this topic's variables only, and look at the line.");
    /// It is to begin in the past.
    Past {
        /// Now.
        now: Timestamp,
    } = "past", "R5-20",
        why("生效时间已过。", "It is to hold from a moment that is over."),
        cure("请选择将来的时间，或不填以立即生效。", "Choose a moment to come, or none for now.");
}
