//! Reads the options, builds the application, runs it.

use clap::Parser;
use madang::server::application::Application;
use madang::server::clock::Clock;
use madang::server::config::Cli;
use madang::server::{console, telemetry};
use std::process::ExitCode;

/// Rendering a page makes thousands of small allocations, a quarter of its time with the system's
/// allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    telemetry::start();
    let Cli { command, config } = Cli::parse();
    let outcome = match command {
        Some(command) => console::run(command, config, console::ask_password).await,
        None => match Application::build(config, Clock::System).await {
            Ok(application) => {
                console::greet(&application);
                console::stop_on_signal(&application.app);
                application.run().await
            }
            Err(error) => Err(error),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("madang: {error}");
            ExitCode::FAILURE
        }
    }
}
