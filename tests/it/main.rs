//! The integration tests.

mod ledger;
mod properties;
mod reconcile;
mod scenario;
