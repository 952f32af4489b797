//! What an operator can set. Each option is also an environment variable (contracts §9, Program).

use crate::chat::server::Flood;
use crate::chat::server::files::check_place;
use crate::realtime::peer::Patience;
use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, Parser, Subcommand};
use object_store::aws::AmazonS3Builder;
use std::net::SocketAddr;

/// What `CORS_ORIGIN` is by default while developing (contracts §3.1).
const DEV_ORIGIN: &str = "http://localhost:5173";

/// Madang, the real-time workplace of an organisation.
#[derive(Debug, Parser)]
#[command(name = "madang", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub config: Config,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the first account, which may manage everything. Asks for the password, or reads it from standard input.
    CreateAdmin {
        /// The e-mail address to sign in with.
        #[arg(long)]
        email: String,
        /// The name that others see.
        #[arg(long)]
        name: String,
    },
    /// Make an account of an employee. Asks for the password, or reads it from standard input.
    CreateUser {
        /// The e-mail address to sign in with.
        #[arg(long)]
        email: String,
        /// The name that others see.
        #[arg(long)]
        name: String,
    },
}

#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Address to listen on; may be given several times.
    #[arg(long, env = "MADANG_LISTEN", default_value = "127.0.0.1:3000", value_delimiter = ',', global = true)]
    pub listen: Vec<SocketAddr>,

    /// `sqlite://PATH` (created when missing) or `postgres://…`.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://data/madang.db", value_parser = database_url, global = true)]
    pub database_url: String,

    /// The address people type, such as `https://madang.example.com`; `https` makes cookies secure.
    #[arg(long, env = "APP_URL", value_parser = origin, global = true)]
    pub app_url: Option<String>,

    /// Another origin whose pages may call.
    #[arg(long, env = "CORS_ORIGIN", value_parser = origin, global = true)]
    pub cors_origin: Option<String>,

    /// Further origins whose pages may call, comma-separated.
    #[arg(long, env = "CORS_ALLOWED_ORIGINS", value_parser = origin, value_delimiter = ',', global = true)]
    pub allowed_origins: Vec<String>,

    /// The organisation's time zone, an IANA name.
    #[arg(long, env = "MADANG_TIME_ZONE", default_value = "Asia/Seoul", value_parser = time_zone, global = true)]
    pub time_zone: jiff::tz::TimeZone,

    /// Signs access tokens; by default one is made and kept in the database.
    #[arg(long, env = "MADANG_SECRET", hide_env_values = true, value_parser = secret, global = true)]
    pub secret: Option<String>,

    /// How many hours of the log are kept for clients that resume.
    #[arg(long, env = "MADANG_LOG_HOURS", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=8760), global = true)]
    pub log_hours: u16,

    /// How many hours a booking waits for a decision before it is given up; its start ends the wait too.
    #[arg(long, env = "MADANG_APPROVAL_HOURS", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=8760), global = true)]
    pub approval_hours: u16,

    /// How many days the list of activity is kept.
    #[arg(long, env = "MADANG_ACTIVITY_DAYS", default_value_t = 180, value_parser = clap::value_parser!(u16).range(1..=3650), global = true)]
    pub activity_days: u16,

    /// Where uploaded files lie: a folder, or `s3://BUCKET/PREFIX` with what the `AWS_*` variables say.
    #[arg(long, env = "MADANG_FILES", default_value = "data/files", value_parser = check_place, global = true)]
    pub files: String,

    /// Believe the `user_id` that clients of the chat API and of the stream chat send. Loopback
    /// addresses only.
    #[arg(long, env = "COMPAT_TRUST_USER_ID", value_parser = FalseyValueParser::new(), action = ArgAction::SetTrue, global = true)]
    pub compat_trust_user_id: bool,

    /// Believe the address that a reverse proxy names in `X-Forwarded-For`.
    #[arg(long, env = "MADANG_TRUST_PROXY", value_parser = FalseyValueParser::new(), action = ArgAction::SetTrue, global = true)]
    pub trust_proxy: bool,

    /// For developing clients: pages of http://localhost:5173 may call. Implied by `--demo`.
    #[arg(long, env = "MADANG_DEV", value_parser = FalseyValueParser::new(), action = ArgAction::SetTrue, global = true)]
    pub dev: bool,

    /// Fill an empty database with people, rooms and bookings to try. Loopback addresses only.
    #[arg(long, env = "MADANG_DEMO", value_parser = FalseyValueParser::new(), action = ArgAction::SetTrue, global = true)]
    pub demo: bool,

    #[arg(skip)]
    pub patience: Patience,

    #[arg(skip)]
    pub flood: Flood,

    /// How the bucket of [`files`](Self::files) is reached, unless the environment says it.
    #[arg(skip)]
    pub s3: Option<AmazonS3Builder>,
}

impl Config {
    /// What an option alone cannot know: that `--demo`, whose passwords are public, and
    /// `--compat-trust-user-id`, which needs none, stay on this machine.
    ///
    /// # Errors
    /// The option's name and what it takes.
    pub fn check(&self) -> Result<(), String> {
        let option = match (self.demo, self.compat_trust_user_id) {
            (true, _) => "--demo",
            (_, true) => "--compat-trust-user-id",
            _ => return Ok(()),
        };
        match self.listen.iter().find(|address| !address.ip().is_loopback()) {
            Some(address) => {
                Err(format!("--listen {address}: with {option} only loopback addresses, such as 127.0.0.1:3000"))
            }
            None => Ok(()),
        }
    }

    /// The origins whose pages may call, besides the server's own (contracts §9, Origins).
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        let named = self.app_url.iter().chain(&self.cors_origin).chain(&self.allowed_origins).map(String::as_str);
        named.chain((self.is_dev() && self.cors_origin.is_none()).then_some(DEV_ORIGIN))
    }

    /// Whether this server is for developing or trying, rather than for work.
    #[must_use]
    pub fn is_dev(&self) -> bool {
        self.dev || self.demo
    }

    /// Whether cookies may travel over https only.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.app_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

fn database_url(text: &str) -> Result<String, String> {
    if ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
        Ok(text.to_owned())
    } else {
        Err("takes sqlite://PATH or postgres://USER@HOST/NAME".into())
    }
}

/// `scheme://host[:port]` as browsers write it in `Origin`, with `ws` and `wss` mapped (contracts §9).
fn origin(text: &str) -> Result<String, String> {
    let takes = || "takes an origin such as https://madang.example.com".to_owned();
    let uri: http::Uri = text.trim_end_matches('/').parse().map_err(|_| takes())?;
    let scheme = match uri.scheme_str() {
        Some("http" | "ws") => "http",
        Some("https" | "wss") => "https",
        _ => return Err(takes()),
    };
    match uri.authority() {
        Some(authority) if uri.path() == "/" || uri.path().is_empty() => {
            Ok(format!("{scheme}://{}", authority.as_str().to_ascii_lowercase()))
        }
        _ => Err(takes()),
    }
}

fn time_zone(name: &str) -> Result<jiff::tz::TimeZone, String> {
    jiff::tz::TimeZone::get(name).map_err(|_| "takes an IANA name such as Asia/Seoul".to_owned())
}

fn secret(text: &str) -> Result<String, String> {
    if text.len() >= 32 { Ok(text.to_owned()) } else { Err("takes at least 32 characters".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(args: &[&str]) -> Result<Config, String> {
        let cli = Cli::try_parse_from([&["madang"], args].concat()).map_err(|error| error.to_string())?;
        cli.config.check().map(|()| cli.config)
    }

    #[test]
    fn bad_values_are_refused_with_the_options_name_and_what_it_takes() {
        for (args, name, takes) in [
            (["--listen", "here"], "--listen", "socket address"),
            (["--database-url", "mysql://x"], "--database-url", "takes sqlite://PATH"),
            (["--app-url", "example.com"], "--app-url", "takes an origin"),
            (["--time-zone", "Mars/Base"], "--time-zone", "takes an IANA name"),
            (["--secret", "short"], "--secret", "takes at least 32 characters"),
            (["--log-hours", "0"], "--log-hours", "0 is not in 1..=8760"),
            (["--approval-hours", "0"], "--approval-hours", "0 is not in 1..=8760"),
            (["--activity-days", "x"], "--activity-days", "invalid digit"),
            (["--files", "gs://bucket"], "--files", "takes a folder or s3://BUCKET/PREFIX"),
        ] {
            let error = parse(&args).unwrap_err();
            assert!(error.contains(name) && error.contains(takes), "{args:?}: {error}");
        }
    }

    #[test]
    fn a_1_in_the_environment_turns_a_switch_on() {
        let command = Cli::command();
        let switches: Vec<_> = command
            .get_arguments()
            .filter(|option| option.get_env().is_some() && !option.get_action().takes_values())
            .collect();
        assert_eq!(switches.len(), 4);
        for switch in switches {
            let mut takes = switch.get_value_parser().possible_values().into_iter().flatten();
            assert!(takes.any(|value| value.get_name() == "1"), "{switch}");
        }
    }

    #[test]
    fn the_demo_stays_on_this_machine() {
        assert!(parse(&["--demo", "--listen", "0.0.0.0:3000"]).unwrap_err().contains("loopback"));
        assert!(parse(&["--demo", "--listen", "[::1]:3000"]).is_ok());
        let believing = parse(&["--compat-trust-user-id", "--listen", "0.0.0.0:3000"]);
        assert!(believing.unwrap_err().contains("--compat-trust-user-id"));
    }

    #[test]
    fn origins_are_written_as_browsers_do() {
        let config = parse(&["--allowed-origins", "ws://localhost:2614,wss://Example.com/"]).unwrap();
        assert_eq!(config.allowed_origins, ["http://localhost:2614", "https://example.com"]);
    }

    #[test]
    fn only_while_developing_pages_of_a_development_server_may_call() {
        let origins = |args: &[&str]| parse(args).unwrap().origins().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(origins(&[]), [""; 0]);
        assert_eq!(origins(&["--dev"]), [DEV_ORIGIN]);
        assert_eq!(origins(&["--demo"]), [DEV_ORIGIN]);
        let named = ["--dev", "--cors-origin", "http://localhost:8080"];
        assert_eq!(origins(&named), ["http://localhost:8080"], "the origin that is named takes the default's place");
        assert!(!parse(&["--dev"]).unwrap().demo);
    }
}
