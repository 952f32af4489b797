//! The commands of the command line.

use super::helpers::{Engine, PASSWORD, PATIENCE, TestApp, on_both_engines};
use crate::server::config::{Cli, Config};
use crate::server::console;
use clap::Parser;
use serde_json::json;

/// Runs a command as `main` does; it must end by itself.
async fn run(app: &TestApp, args: &[&str], password: &str) -> Result<(), String> {
    let cli = Cli::try_parse_from([&["madang"], args].concat()).expect("options");
    let config = Config { database_url: app.database_url.clone(), ..cli.config };
    let command = console::run(cli.command.expect("a command"), config, || Ok(password.to_owned()));
    tokio::time::timeout(PATIENCE, command).await.expect("a command that ends")
}

on_both_engines! {
    async fn an_account_is_made_beside_a_running_server_and_the_command_ends(app: TestApp) {
        for (command, role) in [("create-admin", "admin"), ("create-user", "employee")] {
            let email = format!("{command}@example.com");
            let args = [command, "--email", &email, "--name", "하은"];
            assert_eq!(run(&app, &args, PASSWORD).await, Ok(()));
            let answer = app.log_in(json!({"email": email, "password": PASSWORD})).await;
            let body: serde_json::Value = answer.json().await.expect("JSON");
            assert_eq!((&body["user"]["name"], &body["user"]["role"]), (&json!("하은"), &json!(role)), "{body}");
        }
    }

    async fn a_command_that_is_refused_says_why_and_ends_too(app: TestApp) {
        let users = app.count("SELECT COUNT(*) FROM users").await;
        let args = ["create-admin", "--email", "minji@example.com", "--name", "민지"];
        assert!(run(&app, &args, PASSWORD).await.is_err(), "the address is taken");
        let args = ["create-admin", "--email", "new@example.com", "--name", "민지"];
        assert!(run(&app, &args, "short").await.is_err(), "a password has a least length");
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, users);
    }
}
