//! How this context's records are kept: numbers and tables. Facts only.

use zaiton_kernel::entity;

use crate::channel::{ChannelMessage, ChannelOrder, ChannelOrderId, MessageId, SealedId, SealedMessage};
use crate::connection::{Connection, ConnectionId, CredentialsId, StoredCredentials};
use crate::group::{PaymentGroup, PaymentGroupId};
use crate::order::{Order, OrderId};
use crate::unread::{UnreadId, UnreadMessage};

entity!(Order, OrderId, 40, "orders", 1);
entity!(ChannelOrder, ChannelOrderId, 44, "channel_orders", 1);
entity!(ChannelMessage, MessageId, 45, "channel_messages", 1, kept_only);
entity!(SealedMessage, SealedId, 46, "sealed_messages", 1, kept_only);
entity!(Connection, ConnectionId, 47, "connections", 1);
entity!(StoredCredentials, CredentialsId, 48, "credentials", 1, kept_only);
entity!(UnreadMessage, UnreadId, 49, "unread_messages", 1, kept_only);
entity!(PaymentGroup, PaymentGroupId, 50, "payment_groups", 1);
