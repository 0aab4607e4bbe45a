//! The integration tests.

mod cli_agenda;
mod cli_general;
mod cli_items;
mod cli_life;
mod cli_list;
mod cli_read;
mod cli_rules;
mod cli_rules_product;
mod cli_scan;
mod constructions;
mod house;
mod labelled;
mod ledger;
mod ledger_by_hand;
mod likeness;
mod lint;
mod lives;
mod names;
mod properties;
mod properties_notes;
mod readme;
mod reconcile;
mod sandbox;
mod scenario;
mod score;
mod snapshots;
