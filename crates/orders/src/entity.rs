//! How this context's records are kept: numbers and tables. Facts only.

use zaiton_kernel::entity;

use crate::channel::{ChannelMessage, ChannelOrder, ChannelOrderId, MessageId, SealedId, SealedMessage};
use crate::group::{PaymentGroup, PaymentGroupId};
use crate::order::{Order, OrderId};

entity!(Order, OrderId, 40, "orders", 1);
entity!(ChannelOrder, ChannelOrderId, 44, "channel_orders", 1);
entity!(ChannelMessage, MessageId, 45, "channel_messages", 1, kept_only);
entity!(SealedMessage, SealedId, 46, "sealed_messages", 1, kept_only);
entity!(PaymentGroup, PaymentGroupId, 47, "payment_groups", 1);
