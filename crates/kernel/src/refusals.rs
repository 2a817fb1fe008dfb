//! The table form of an aggregate's refusals: an enum, and for each row the code, the rule, why and what to
//! do. Never decides anything. Every field of a row becomes a figure of the refusal, in the order written.

/// Declares the refusals of an aggregate as a table.
#[macro_export]
macro_rules! refusals {
    (
        $(#[$meta:meta])* $name:ident, $area:literal;
        $($(#[$doc:meta])* $variant:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty),* $(,)? }
            = $code:literal, $rule:literal,
            why($why_zh:literal, $why_en:literal), cure($cure_zh:literal, $cure_en:literal);)*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* $variant { $($(#[$field_doc])* $field: $kind,)* },)*
        }

        impl From<$name> for $crate::Refusal {
            fn from(refusal: $name) -> Self {
                match refusal {
                    $($name::$variant { $($field),* } => $crate::Refusal::new(
                        concat!($area, ".", $code),
                        $crate::Rule::new($rule),
                        $crate::Text::new($why_zh, $why_en),
                        $crate::Text::new($cure_zh, $cure_en),
                    )$(.with(stringify!($field), $field))*,)*
                }
            }
        }
    };
}
