//! What effects do in the world, a file a kind: what the store is asked, and which commands follow. Holds no rule, and knows
//! nothing of who runs it: the program, a simulated world or a scenario.
#![warn(missing_docs)]

pub mod channels;
pub mod documents;
pub mod matching;
pub mod operations;
pub mod orders;
pub mod passwords;
pub mod periods;
pub mod sealing;
pub mod sheet;

pub use matching::Matcher;
pub use periods::{MoneyCounter, MonthCloser};
