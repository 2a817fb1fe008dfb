//! What stands in a connection's way, told to people: a task while it does, and the merchant's inbox where only it can help.
//! Never decides what trouble is: the connection does.

use zaiton_engine::outbox::{Parked, ParkedId};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Id, Refusal, Rule, Text};
use zaiton_notices::Topic;
use zaiton_orders::connection::{Connection, ConnectionId, Trouble};

use super::{CHANGED_AT_ONCE, Whose};
use crate::declare::command;
use crate::notices::tell_inbox;

command! {
    /// A task: whether something still stands in a connection's way. Refused as long as it does.
    pub struct CheckConnection("channels.check") of merchant {
        /// The connection.
        pub connection: ConnectionId,
    }

    fn run(&self, unit) -> () {
        let record = unit.load::<Connection>(self.connection)?;
        match &record.trouble {
            Some(trouble) => Err(told(&record, trouble).into()),
            None => Ok(()),
        }
    }
}

/// The task of a person goes, and comes where there is another trouble.
pub(super) fn changed(
    unit: &mut Unit<'_>,
    (environment, merchant): Whose,
    record: &mut Connection,
) -> Result<(), Stop> {
    if let Some(task) = record.task.take()
        && let Some(parked) = unit.find::<Parked>(ParkedId::from_raw(task))?
    {
        unit.emit(parked.id, &serde_json::json!({ "type": "done", "command": parked.command }));
        unit.remove(parked);
    }
    let Some(trouble) = &record.trouble else { return Ok(()) };
    if matches!(trouble, Trouble::Credentials { .. }) {
        tell_inbox(unit, Topic::ConnectionInTrouble, record.id)?;
    }
    let check = CheckConnection { environment, merchant, connection: record.id };
    record.task = Some(unit.park(&check, told(record, trouble)).raw());
    Ok(())
}

/// Why a person must look.
#[must_use]
pub fn told(record: &Connection, trouble: &Trouble) -> Refusal {
    let refusal = match trouble {
        Trouble::Credentials { code } => Refusal::new(
            "channels.trouble.credentials",
            Rule::new("R4-06"),
            Text::new(
                "渠道不接受当前授权，已停止拉取。",
                "The channel does not take the credentials; nothing is pulled.",
            ),
            Text::new(
                "请让商家重新授权，并用新凭据重新连接。",
                "Have the merchant authorise anew, and connect with the new credentials.",
            ),
        )
        .with("code", code),
        Trouble::Late { until, code } => Refusal::new(
            "channels.trouble.late",
            Rule::new("R4-06"),
            Text::new("订单获取已落后 30 分钟以上。", "Capture is more than 30 minutes behind."),
            Text::new(
                "请查看渠道状态；恢复后会自动补齐。",
                "Look at how the channel is; when it is well, what is missing comes by itself.",
            ),
        )
        .with("until", until)
        .with("code", code.as_deref().unwrap_or("-")),
        Trouble::OutOfReach { from, to } => Refusal::new(
            "channels.trouble.out_of_reach",
            Rule::new("R4-02"),
            Text::new(
                "渠道已不再提供这段时间的订单。",
                "The channel no longer shows the orders of this time.",
            ),
            Text::new(
                "请用文件导入这段时间的订单，然后确认。",
                "Import the orders of this time from a file, then heed this.",
            ),
        )
        .with("from", from)
        .with("to", to),
        Trouble::SweepDiffers { missing, differing, fetched } => Refusal::new(
            "channels.trouble.sweep_differs",
            Rule::new("R4-05"),
            Text::new(
                "每日核对发现渠道上有遗漏或不一致的订单，已重新获取。",
                "The daily sweep found orders that were missing or otherwise; they were fetched.",
            ),
            Text::new("请核对这些订单，然后确认。", "Look at these orders, then heed this."),
        )
        .with("missing", missing)
        .with("differing", differing)
        .with("fetched", fetched),
    };
    refusal.with("connection", record.id).with("shop", record.key())
}

/// Refuses a push that names too many orders, or none.
pub(super) fn few(record: &Connection, orders: usize) -> Result<(), Stop> {
    if (1..=CHANGED_AT_ONCE).contains(&orders) {
        return Ok(());
    }
    Err(Refusal::new(
        "channels.connection.changed",
        Rule::new("R4-02"),
        Text::new("一次须列出 1 至 200 个订单。", "Between 1 and 200 orders are named at once."),
        Text::new("请分批推送。", "Push them in parts."),
    )
    .with("shop", record.key())
    .with("orders", orders)
    .into())
}
