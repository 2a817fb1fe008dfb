//! How each channel is entered: its credentials, and which of its ways. Never shows a credential.

use serde::{Deserialize, Serialize};

use crate::settings::Secret;

/// How a channel is entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub enum Access {
    /// `WooCommerce`.
    #[serde(rename = "woocommerce")]
    WooCommerce(WooAccess),
    /// Shopify.
    Shopify(ShopifyAccess),
    /// eBay.
    Ebay(EbayAccess),
    /// Amazon.
    Amazon(AmazonAccess),
    /// A shop of the merchant's own, in our format.
    OwnSite(OwnAccess),
}

/// A key of a shop's own site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnAccess {
    /// Where its orders are listed: `/zaiton/orders`.
    pub path: String,
    /// The key's name, which goes with every call.
    pub key_id: Secret,
    /// What calls are signed with (rule R5-04).
    pub secret: Secret,
}

/// What access tokens are bought with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshAccess {
    /// Where: `https://api.amazon.com/auth/o2/token`, `https://api.ebay.com/identity/v1/oauth2/token`.
    pub token_url: String,
    /// The app's id.
    pub client_id: Secret,
    /// The app's secret.
    pub client_secret: Secret,
    /// What the seller gave the app.
    pub refresh_token: Secret,
}

/// A seller's account on eBay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EbayAccess {
    /// What access tokens are bought with.
    pub refresh: RefreshAccess,
    /// What they may be used for: `https://api.ebay.com/oauth/api_scope/sell.fulfillment.readonly`.
    pub scope: String,
    /// The site, when it is to be named in every call: `EBAY_IT`.
    #[serde(default)]
    pub marketplace: Option<String>,
}

/// A token of a Shopify shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopifyAccess {
    /// `shpat_..`
    pub access_token: Secret,
    /// The version of the API: `2026-10`.
    pub version: String,
    /// Which of its two APIs.
    #[serde(default)]
    pub api: ShopifyApi,
    /// What the shop pays for, by which its budget goes until it says it itself.
    #[serde(default)]
    pub plan: ShopifyPlan,
    /// Whether the app may see all orders, and not only those of the last 60 days.
    #[serde(default)]
    pub reads_all_orders: bool,
}

/// Shopify's two APIs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShopifyApi {
    /// The one that is kept up.
    #[default]
    Graphql,
    /// The one of before October 2024.
    Rest,
}

/// Shopify's plans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShopifyPlan {
    /// 100 points, or 2 calls, a second.
    #[default]
    Standard,
    /// 200 points, or 4 calls, a second.
    Advanced,
    /// 1,000 points, or 20 calls, a second.
    Plus,
}

/// A key of a `WooCommerce` shop, REST v3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WooAccess {
    /// `ck_..`
    pub consumer_key: Secret,
    /// `cs_..`
    pub consumer_secret: Secret,
}

/// A seller's account on Amazon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmazonAccess {
    /// What access tokens are bought with.
    pub refresh: RefreshAccess,
    /// The marketplaces: `ATVPDKIKX0DER`.
    pub marketplaces: Vec<String>,
    /// Which of its two APIs.
    #[serde(default)]
    pub api: AmazonApi,
    /// Whether names and addresses are asked for: the app must have the role for it.
    #[serde(default)]
    pub personal_data: bool,
    /// Where the channel tells which orders changed. With it the list by last update is asked for every half hour only.
    #[serde(default)]
    pub queue: Option<AmazonQueue>,
}

/// The queue (SQS) of the seller's AWS account into which Amazon puts `ORDER_CHANGE` notifications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmazonQueue {
    /// Its address: `https://sqs.us-east-1.amazonaws.com/123456789012/orders`.
    pub url: String,
    /// `us-east-1`
    pub region: String,
    /// The name of a key that may receive and delete messages of this queue, and nothing else.
    pub access_key_id: Secret,
    /// The key.
    pub secret_access_key: Secret,
    /// The seller's id, where the queue serves several: notifications of others are left in it.
    #[serde(default)]
    pub seller: Option<String>,
}

/// Amazon's two APIs for orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AmazonApi {
    /// 2026-01-01: one call an order.
    #[default]
    #[serde(rename = "2026-01-01")]
    V2026,
    /// v0: the order in up to five calls, and a token of its own for personal data.
    #[serde(rename = "v0")]
    V0,
}

impl RefreshAccess {
    pub(crate) fn secrets(&self) -> Vec<&str> {
        [&self.client_id, &self.client_secret, &self.refresh_token].map(Secret::reveal).to_vec()
    }
}
