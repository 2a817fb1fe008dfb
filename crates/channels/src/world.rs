//! What this crate asks of the world around it. Never implemented here: the program has a real one, the tests one that
//! they move.

use zaiton_kernel::Timestamp;

/// The time, chance and waiting, as the caller has them.
pub trait World: Send + Sync {
    /// What time it is.
    fn now(&self) -> Timestamp;

    /// A number that nobody can foresee: for nonces, and so that not all ask again at the same moment.
    fn random(&self) -> u64;

    /// Waits until then and says `true`; or says `false` at once, and the call ends with [`Stop::Later`], to be made
    /// again then. How long a thread may wait is the caller's to know.
    ///
    /// [`Stop::Later`]: crate::Stop::Later
    fn wait_until(&self, at: Timestamp) -> bool;
}
