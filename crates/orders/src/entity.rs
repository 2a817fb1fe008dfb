//! How this context's records are kept: numbers and tables. Facts only.

use zaiton_kernel::entity;

use crate::order::{Order, OrderId};

entity!(Order, OrderId, 40, "orders", 1);
