//! What Shopify's GraphQL is asked for: the fields by which `zaiton-connect` reads an order, and no more, since every
//! field costs.

use serde_json::json;

/// Lines of an order in a list; one with more is fetched by itself.
pub(crate) const LIST_LINES: u64 = 25;
/// Lines of an order that is fetched by itself: the most that the channel gives at once.
pub(crate) const ORDER_LINES: u64 = 250;

/// The fields of an order.
const ORDER: &str = "
fragment Money on MoneyBag { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }
fragment Place on MailingAddress {
  name company address1 address2 city province provinceCode zip country countryCodeV2 phone
}
fragment Whole on Order {
  id name test createdAt processedAt updatedAt cancelledAt cancelReason currencyCode presentmentCurrencyCode
  displayFinancialStatus displayFulfillmentStatus sourceName taxesIncluded dutiesIncluded email phone clientIp note
  totalPriceSet { ...Money } currentTotalPriceSet { ...Money } totalDiscountsSet { ...Money }
  totalShippingPriceSet { ...Money } totalTaxSet { ...Money } totalTipReceivedSet { ...Money }
  originalTotalDutiesSet { ...Money } originalTotalAdditionalFeesSet { ...Money }
  totalReceivedSet { ...Money } totalRefundedSet { ...Money }
  taxLines { title channelLiable priceSet { ...Money } }
  customer { id firstName lastName email phone }
  shippingAddress { ...Place } billingAddress { ...Place }
  shippingLines(first: 5) { nodes { title code originalPriceSet { ...Money } discountedPriceSet { ...Money } } }
  customAttributes { key value }
  lineItems(first: $lines) {
    pageInfo { hasNextPage }
    nodes {
      id sku name title quantity variant { id }
      originalUnitPriceSet { ...Money }
      discountAllocations { allocatedAmountSet { ...Money } }
      taxLines { title channelLiable priceSet { ...Money } }
      customAttributes { key value }
    }
  }
  fulfillments(first: 10) {
    id status createdAt trackingInfo(first: 5) { company number }
    fulfillmentLineItems(first: 25) { pageInfo { hasNextPage } nodes { quantity lineItem { id } } }
  }
  refunds(first: 10) {
    id createdAt totalRefundedSet { ...Money }
    refundLineItems(first: 25) {
      pageInfo { hasNextPage }
      nodes { quantity restockType lineItem { id } subtotalSet { ...Money } }
    }
  }
  transactions(first: 10) { id kind status gateway processedAt amountSet { ...Money } }
}";

const LIST: &str = "
query Orders($first: Int!, $after: String, $search: String!, $lines: Int!) {
  orders(first: $first, after: $after, query: $search, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { ...Whole }
  }
}";

/// For a sweep: what is compared, and no more.
const SWEEP: &str = "
query Sweep($first: Int!, $after: String, $search: String!) {
  orders(first: $first, after: $after, query: $search, sortKey: CREATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id name test createdAt updatedAt currencyCode displayFinancialStatus
      totalPriceSet { shopMoney { amount currencyCode } }
    }
  }
}";

const ONE: &str = "
query Order($id: ID!, $lines: Int!) { order(id: $id) { ...Whole } }";

/// The body of a call for a page of a pull.
pub(crate) fn list(search: &str, first: u64, after: Option<&str>) -> Vec<u8> {
    let variables = json!({ "first": first, "after": after, "search": search, "lines": LIST_LINES });
    body(&format!("{LIST}{ORDER}"), &variables)
}

/// The body of a call for a page of a sweep.
pub(crate) fn sweep(search: &str, first: u64, after: Option<&str>) -> Vec<u8> {
    body(SWEEP, &json!({ "first": first, "after": after, "search": search }))
}

/// The body of a call for one order, by the number of its id.
pub(crate) fn one(number: &str) -> Vec<u8> {
    let id = format!("gid://shopify/Order/{number}");
    body(&format!("{ONE}{ORDER}"), &json!({ "id": id, "lines": ORDER_LINES }))
}

fn body(query: &str, variables: &serde_json::Value) -> Vec<u8> {
    json!({ "query": query, "variables": variables }).to_string().into_bytes()
}
