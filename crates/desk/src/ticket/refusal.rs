//! Why a ticket refuses, in the order the reasons are checked. Never decides.

use super::CommandKind;

zaiton_kernel::refusals! {
    /// Why a command to a ticket was refused.
    TicketRefusal, "desk.ticket";
    /// It was not opened yet.
    NotOpen {
        /// The command.
        command: CommandKind,
    } = "not_open", "R1-14",
        why("工单尚未建立。", "The ticket was not opened yet."),
        cure("请先建立工单。", "Open it first.");
    /// It was opened before, with another question.
    OpenedOtherwise { } = "opened_otherwise", "R1-14",
        why("该工单已建立，内容不同。", "This ticket was opened before, with another question."),
        cure("如有其他问题，请另建工单。", "For another question, open another ticket.");
    /// It is over.
    Closed {
        /// The command.
        command: CommandKind,
    } = "closed", "R1-14",
        why("工单已关闭。", "The ticket is closed."),
        cure("如有问题，请新建工单。", "Open a new one.");
    /// Nothing is said, or too much.
    Text {
        /// Letters that were given.
        letters: usize,
        /// How many may be.
        at_most: usize,
    } = "text", "R1-14",
        why("内容为空或过长。", "The text is empty or too long."),
        cure("请填写 1 至 2000 字。", "Write 1 to 2000 letters.");
    /// What it is about is too long.
    About {
        /// How many letters may be.
        at_most: usize,
    } = "about", "R1-14",
        why("相关编号过长，或含有控制字符。", "What it is about is too long, or holds control characters."),
        cure("请填写相关单据的编号。", "Give the number of the record.");
    /// Another desk has it already.
    HandedOver {
        /// Which.
        to: String,
    } = "handed_over", "R1-14",
        why("工单已转交其他岗位，尚未答复。", "Another desk has this ticket and has not answered yet."),
        cure("请等待答复，或直接答复。", "Wait for its answer, or answer it here.");
    /// As much was said as may be.
    TooLong {
        /// How many messages may be.
        at_most: usize,
    } = "too_long", "R1-14",
        why("工单消息过多。", "As many messages as allowed are in this ticket."),
        cure("请关闭后新建工单。", "Close it and open a new one.");
}
