//! What the databases make of our statements.

use crate::server::db::Db;
use crate::tests::helpers::{Engine, TestApp, on_both_engines};

on_both_engines! {
    async fn a_statement_is_planned_once_whatever_is_bound_to_it(app: TestApp) {
        let is_stable = match *app.app.db {
            Db::Sqlite { .. } => "SELECT sqlite_compileoption_used('ENABLE_QPSG')",
            Db::Postgres(_) => {
                "SELECT CASE current_setting('plan_cache_mode') WHEN 'force_generic_plan' THEN 1::BIGINT ELSE 0::BIGINT END"
            }
        };
        assert_eq!(app.count(is_stable).await, 1, "see .cargo/config.toml and `Db::open`");
    }
}
