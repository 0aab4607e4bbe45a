//! The integration tests.

mod ledger;
mod reconcile;
mod scenario;
