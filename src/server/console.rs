//! What the program says to and asks of the person who starts it.

use crate::accounts::model::Role;
use crate::accounts::server::create_user;
use crate::server::application::{Application, open};
use crate::server::clock::Clock;
use crate::server::config::{Command, Config};
use crate::server::demo;
use crate::server::state::App;
use crate::text::Lang;
use std::io::{BufRead, IsTerminal};

/// Runs a command of the command line, and leaves nothing open.
///
/// # Errors
/// Why it could not be done.
pub async fn run(
    command: Command,
    config: Config,
    ask_password: impl FnOnce() -> Result<String, String>,
) -> Result<(), String> {
    let (email, name, role) = match command {
        Command::CreateAdmin { email, name } => (email, name, Role::Admin),
        Command::CreateUser { email, name } => (email, name, Role::Employee),
    };
    let password = ask_password()?;
    let app = open(config, Clock::System).await?;
    let made = create_user(&app, &email, &name, role, &password).await;
    app.close().await;
    made.map_err(|error| Lang::En.error(&error).into_owned())?;
    println!("{email} can log in now.");
    Ok(())
}

/// Asks at the terminal, or reads a line of standard input.
///
/// # Errors
/// When there is nothing to read from.
pub fn ask_password() -> Result<String, String> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password("Password: ").map_err(|error| error.to_string());
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| error.to_string())?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Says where to go, and with `--demo` as whom.
pub fn greet(application: &Application) {
    for address in application.addresses() {
        println!("Madang: http://{address}");
    }
    if application.app.config.demo {
        println!("Demo accounts, password {}:", demo::PASSWORD);
        for (email, name, role) in demo::PEOPLE {
            println!("  {email}  {name}{}", if role == Role::Admin { " (admin)" } else { "" });
        }
    }
}

/// Asks the application to stop on Ctrl-C and on the signals of service managers.
pub fn stop_on_signal(app: &App) {
    let stopping = app.stopping.clone();
    tokio::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let asked = async {
            match signal(SignalKind::terminate()) {
                Ok(mut terminate) => terminate.recv().await,
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = asked => {}
        }
        stopping.cancel();
    });
}
