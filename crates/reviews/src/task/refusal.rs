//! Why a review task refuses, in the order the reasons are checked. Never decides.

use zaiton_kernel::Timestamp;

use super::CommandKind;

zaiton_kernel::refusals! {
    /// Why a command to a review task was refused.
    TaskRefusal, "reviews.task";
    /// It was not opened yet.
    NotOpen {
        /// The command.
        command: CommandKind,
    } = "not_open", "M2",
        why("复核任务尚未建立。", "The review task was not opened yet."),
        cure("请先建立任务。", "Open it first.");
    /// It was opened before.
    OpenedBefore { } = "opened_before", "M2",
        why("该复核任务已建立。", "This review task was opened before."),
        cure("如需复核其他事项，请另建任务。", "For something else, open another one.");
    /// It is over.
    Closed {
        /// The command.
        command: CommandKind,
    } = "closed", "M2",
        why("复核任务已结束。", "The review task is over."),
        cure("如需再次复核，请新建任务。", "To have it looked at again, open a new one.");
    /// Whoever wants it looked at does not decide it.
    Maker {
        /// Who.
        person: String,
    } = "maker", "R5-03",
        why("发起人不能处理自己发起的任务。", "Whoever asked for a review does not do it."),
        cure("请由其他人员处理。", "Let somebody else take it.");
    /// Somebody else has it.
    Taken {
        /// Who.
        by: String,
    } = "taken", "M2",
        why("任务已由他人领取。", "Somebody else has this task."),
        cure("请选择其他任务，或请对方退回或转交。", "Take another one, or let it be handed back or assigned.");
    /// Nobody has it: it is to be taken first.
    NotClaimed {
        /// The command.
        command: CommandKind,
    } = "not_claimed", "M2",
        why("任务尚未领取。", "Nobody has taken this task."),
        cure("请先领取任务。", "Take it first.");
    /// The party is to answer first.
    WaitsForParty {
        /// The command.
        command: CommandKind,
    } = "waits_for_party", "M2",
        why("正在等待对方补充资料，计时已暂停。", "The party was asked and has not answered; the clock stands still."),
        cure("请等待答复，或取消任务。", "Wait for the answer, or cancel the task.");
    /// The party was not asked.
    NotAsked { } = "not_asked", "M2",
        why("没有待答复的问题。", "There is no question to answer."),
        cure("无需答复。", "Nothing is to be done.");
    /// A decision waits for a second person.
    WaitsForSecond {
        /// The command.
        command: CommandKind,
    } = "waits_for_second", "R5-03",
        why("已有处理意见，正在等待第二人复核。", "It was decided; a second person must agree."),
        cure("请由第二人复核。", "Let a second person agree, or not.");
    /// There is no decision to agree to.
    NotDecided { } = "not_decided", "M2",
        why("尚无待复核的处理意见。", "There is no decision that waits for a second person."),
        cure("请先处理任务。", "Decide it first.");
    /// One person alone.
    SamePerson {
        /// Who.
        person: String,
    } = "same_person", "R5-03",
        why("须由另一人复核。", "A second person must agree."),
        cure("请由其他有权限的人员复核。", "Let somebody else look at it.");
    /// The desk above has it already.
    NobodyAbove { } = "nobody_above", "M2",
        why("任务已升级，不能再次升级。", "The desk above has it already."),
        cure("请由该岗位处理。", "Let it be decided there.");
    /// Nothing is said, or too much.
    Words {
        /// Letters that were given.
        letters: usize,
        /// How many may be.
        at_most: usize,
    } = "words", "R5-10",
        why("内容为空或过长。", "The text is empty or too long."),
        cure("请填写 1 至 2000 字。", "Write 1 to 2000 letters.");
    /// What it is about is not said, or is too long.
    About {
        /// How many letters may be.
        at_most: usize,
    } = "about", "R5-10",
        why("未说明相关对象，或编号过长。", "What it is about is not said, is too long, or holds control characters."),
        cure("请填写相关对象的类型和编号。", "Give the kind and the number of the object.");
    /// A person's name is no name.
    Person {
        /// How many letters may be.
        at_most: usize,
    } = "person", "R5-10",
        why("未指明人员。", "No person is named."),
        cure("请指明人员。", "Name a person.");
    /// A question without fields, or with too many.
    Fields {
        /// How many were named.
        found: usize,
        /// How many may be.
        at_most: usize,
    } = "fields", "R5-11",
        why("须指明至少一个字段或文件。", "At least one field or document must be named, each in 1 to 100 letters."),
        cure("请列出需要补充的字段或文件。", "Name the fields or documents that are meant.");
    /// A no that says nothing of what is wrong.
    NoFinding { } = "no_finding", "R5-11",
        why("退回或驳回须至少指明一个字段或文件及原因。", "A no must name at least one field or document, and why."),
        cure("请列出问题字段、原因代码和处理办法。", "Name the field, a reason of the catalogue and what to do.");
    /// A finding without a field, or with words in one language only.
    Finding {
        /// Which, from one.
        number: usize,
        /// The field.
        field: String,
    } = "finding", "R5-11",
        why("问题说明不完整：须有字段名；原因为“其他”时，须以中英文填写原因和处理办法。",
            "A finding is not whole: it names a field, and for `other` it says why and what to do in both languages."),
        cure("请补全字段名及中英文说明。", "Name the field; give your own words in Chinese and English.");
    /// As often as may be.
    TooOften {
        /// How often that is.
        at_most: usize,
    } = "too_often", "R5-10",
        why("该任务的往来次数已达上限。", "This was done with this task as often as may be."),
        cure("请取消后新建任务。", "Cancel it and open a new one.");
    /// Not yet.
    NotYet {
        /// When.
        due_at: Timestamp,
    } = "not_yet", "R5-10",
        why("尚未到时间。", "It is not due yet."),
        cure("请等待到期。", "Wait until it is.");
}
