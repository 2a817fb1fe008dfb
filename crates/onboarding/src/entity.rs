//! How this context's records are kept: numbers and tables. Facts only.

use zaiton_kernel::entity;

use crate::merchant::{Merchant, MerchantId};

entity!(Merchant, MerchantId, 10, "merchants", 1);
