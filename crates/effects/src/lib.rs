//! What effects do in the world, a file a kind: what the store is asked, and which commands follow. Holds no rule, and knows
//! nothing of who runs it: the program, a simulated world or a scenario.
#![warn(missing_docs)]

pub mod channels;
pub mod delivery;
pub mod documents;
pub mod matching;
pub mod operations;
pub mod orders;
pub mod passwords;
pub mod periods;
pub mod sealing;
pub mod second_factor;
pub mod sheet;
pub mod signing;

pub use matching::Matcher;
pub use periods::{MoneyCounter, MonthCloser};
