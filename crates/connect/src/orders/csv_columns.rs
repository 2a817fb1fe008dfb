//! The columns of our own format as a CSV: what each is called and where it goes in the message that JSON would be.
//! Never reads a cell. The same list stands in `docs/formats.md`.

/// What the cells of a column are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole,
    Yes,
}

/// Where a cell goes in the message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Into the order, or an object of it; the same in each of its rows.
    Order(&'static str),
    /// A line of the shipping address, likewise.
    AddressLine,
    /// The only element of a list of the order, likewise.
    Only(&'static str),
    /// Into the row's line.
    Line,
    /// Into the refund that the row names.
    Refund,
    /// Into the promotion that the row names.
    Promotion,
}

/// Names, places and keys of the columns, in the order of the message.
pub(super) const COLUMNS: &[(&str, Place, &str, Kind)] = {
    use Kind::{Text, Whole, Yes};
    use Place::{AddressLine, Line, Only, Order, Promotion, Refund};
    &[
        ("merchant", Order(""), "merchant", Text),
        ("shop", Order(""), "shop", Text),
        ("channel_order_id", Order(""), "channel_order_id", Text),
        ("display_no", Order(""), "display_no", Text),
        ("kind", Order(""), "kind", Text),
        ("original_order_id", Order(""), "original_order_id", Text),
        ("status_channel", Order(""), "status_channel", Text),
        ("placed_at", Order(""), "placed_at", Text),
        ("updated_at", Order(""), "updated_at", Text),
        ("shipped_at", Order(""), "shipped_at", Text),
        ("completed_at", Order(""), "completed_at", Text),
        ("cancelled_at", Order(""), "cancelled_at", Text),
        ("fulfilled_by", Order(""), "fulfilled_by", Text),
        ("sold_on", Order(""), "sold_on", Text),
        ("money_held_by", Order(""), "money_held_by", Text),
        ("payment_group", Order(""), "payment_group", Text),
        ("currency", Order("money"), "currency", Text),
        ("total", Order("money"), "total", Text),
        ("goods", Order("money"), "goods", Text),
        ("goods_discount", Order("money"), "goods_discount", Text),
        ("shipping", Order("money"), "shipping", Text),
        ("shipping_discount", Order("money"), "shipping_discount", Text),
        ("gift_wrap", Order("money"), "gift", Text),
        ("fees", Order("money"), "fees", Text),
        ("tax", Order("money"), "tax", Text),
        ("tax_included", Order("money"), "tax_included", Text),
        ("tax_collected_by_channel", Order("money"), "tax_collected_by_channel", Text),
        ("duties", Order("money"), "duties", Text),
        ("tip", Order("money"), "tip", Text),
        ("paid", Order("money"), "paid", Text),
        ("refunded", Order("money"), "refunded", Text),
        ("ship_by", Order("promise"), "ship_by", Text),
        ("deliver_by", Order("promise"), "deliver_by", Text),
        ("service_level", Order("promise"), "service_level", Text),
        ("buyer_id", Order("buyer"), "channel_user_id", Text),
        ("buyer_name", Order("buyer"), "name", Text),
        ("buyer_email", Order("buyer"), "email", Text),
        ("buyer_phone", Order("buyer"), "phone", Text),
        ("buyer_company", Order("buyer"), "company", Text),
        ("ship_name", Order("ship_to"), "name", Text),
        ("ship_company", Order("ship_to"), "company", Text),
        ("ship_address_1", AddressLine, "lines", Text),
        ("ship_address_2", AddressLine, "lines", Text),
        ("ship_address_3", AddressLine, "lines", Text),
        ("ship_district", Order("ship_to"), "district", Text),
        ("ship_city", Order("ship_to"), "city", Text),
        ("ship_county", Order("ship_to"), "county", Text),
        ("ship_state", Order("ship_to"), "state", Text),
        ("ship_postcode", Order("ship_to"), "postcode", Text),
        ("ship_country", Order("ship_to"), "country", Text),
        ("ship_phone", Order("ship_to"), "phone", Text),
        ("payment_method", Only("payments"), "method", Text),
        ("payment_ref", Only("payments"), "ref", Text),
        ("payment_status", Only("payments"), "status", Text),
        ("payment_amount", Only("payments"), "amount", Text),
        ("payment_at", Only("payments"), "at", Text),
        ("note", Only("notes"), "text", Text),
        ("line_id", Line, "channel_line_id", Text),
        ("sku", Line, "sku", Text),
        ("listing_id", Line, "listing_id", Text),
        ("title", Line, "title", Text),
        ("qty", Line, "qty", Whole),
        ("unit_price", Line, "unit_price", Text),
        ("line_total", Line, "line_total", Text),
        ("line_discount", Line, "discount", Text),
        ("line_tax", Line, "tax", Text),
        ("line_shipping", Line, "shipping", Text),
        ("gift", Line, "gift", Yes),
        ("ioss", Line, "ioss", Text),
        ("cancel_requested", Line, "cancel_requested", Yes),
        ("qty_shipped", Line, "qty_shipped", Whole),
        ("qty_cancelled", Line, "qty_cancelled", Whole),
        ("qty_refunded", Line, "qty_refunded", Whole),
        ("refund_ref", Refund, "ref", Text),
        ("refund_at", Refund, "at", Text),
        ("refund_amount", Refund, "amount", Text),
        ("programme", Promotion, "programme", Text),
        ("promotion", Promotion, "promotion", Text),
        ("term", Promotion, "term", Text),
        ("rate_bps", Promotion, "rate_bps", Whole),
        ("funded_share_bps", Promotion, "funded_share_bps", Whole),
        ("fee", Promotion, "fee", Text),
        ("quote_id", Promotion, "quote_id", Text),
    ]
};

/// The columns without which no order can be read.
pub(super) const NEEDED: [&str; 12] = [
    "merchant",
    "shop",
    "channel_order_id",
    "status_channel",
    "placed_at",
    "updated_at",
    "currency",
    "total",
    "line_id",
    "sku",
    "qty",
    "line_total",
];
