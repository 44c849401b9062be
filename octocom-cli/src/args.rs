//! The arguments of the program.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use octocom_ext::Uuid;

use crate::commands::{api, chat, config, doctor, export, history, mcp, plan, schema, shell, sync};
use crate::failure::ErrorFormat;
use crate::help;

/// Exports, a local copy of the account, and every operation of the Octocom API at a terminal.
///
/// Data goes to standard output, and messages and progress to standard error.
#[derive(Debug, Parser)]
#[command(
    name = "octocom",
    version,
    long_version = help::versions(),
    after_help = help::short(),
    after_long_help = help::long(),
    disable_help_subcommand = true,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Arguments of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// File whose only line is the API key
    #[arg(long, global = true, value_name = "FILE", help_heading = "Connection")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// Profile of the configuration file
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "OCTOCOM_PROFILE",
        help_heading = "Connection"
    )]
    pub(crate) profile: Option<String>,
    /// Configuration file [default: octocom/config.toml in the user's configuration folder]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "OCTOCOM_CONFIG",
        help_heading = "Connection",
        hide_short_help = true
    )]
    pub(crate) config: Option<PathBuf>,
    /// Address of the API [default: OCTOCOM_BASE_URL, the profile's, or the live service]
    #[arg(long, global = true, value_name = "URL", help_heading = "Connection")]
    pub(crate) base_url: Option<String>,
    /// Most requests that start in a second [default: no limit but the API's]
    #[arg(
        long,
        global = true,
        value_name = "RATE",
        value_parser = rate,
        help_heading = "Connection",
        hide_short_help = true
    )]
    pub(crate) requests_per_second: Option<f64>,
    /// Longest time for one call, its retries included, as in 90s or 10m
    #[arg(
        long,
        global = true,
        value_name = "TIME",
        default_value = "180s",
        value_parser = duration,
        help_heading = "Connection",
        hide_short_help = true
    )]
    pub(crate) timeout: Duration,
    /// Run against a sandbox with made-up data in this process; needs no key
    #[arg(
        long,
        global = true,
        conflicts_with_all = ["api_key_file", "base_url"],
        help_heading = "Sandbox"
    )]
    pub(crate) sandbox: bool,
    /// File that keeps what the sandbox holds for the next command
    #[arg(long, global = true, value_name = "FILE", help_heading = "Sandbox")]
    pub(crate) sandbox_state: Option<PathBuf>,
    /// Seed of the sandbox's data [default: 1]
    #[arg(
        long,
        global = true,
        value_name = "SEED",
        help_heading = "Sandbox",
        hide_short_help = true
    )]
    pub(crate) sandbox_seed: Option<u64>,
    /// Number of the sandbox's conversations [default: 1000]
    #[arg(
        long,
        global = true,
        value_name = "COUNT",
        help_heading = "Sandbox",
        hide_short_help = true
    )]
    pub(crate) sandbox_conversations: Option<u64>,
    /// Form of error messages
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        value_enum,
        default_value_t,
        env = "OCTOCOM_ERROR_FORMAT",
        help_heading = "Messages",
        hide_short_help = true
    )]
    pub(crate) error_format: ErrorFormat,
    /// Show neither progress nor a summary
    #[arg(short, long, global = true, help_heading = "Messages")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Export(Box<export::ExportArgs>),
    Sync(sync::SyncArgs),
    Plan(plan::PlanArgs),
    Schema(schema::SchemaArgs),
    History(history::HistoryArgs),
    Chat(chat::ChatArgs),
    Api(api::ApiArgs),
    Mcp(mcp::McpArgs),
    Doctor(doctor::DoctorArgs),
    Config(config::ConfigArgs),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
}

/// A number of requests a second.
fn rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match (0.001..=100_000.0).contains(&rate) {
        true => Ok(rate),
        false => Err("not from 0.001 to 100000".to_owned()),
    }
}

/// A whole number with `s`, `m`, `h` or `d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    const EXPECTED: &str = "expected a whole number with s, m, h or d, as in 90s or 30d";
    let unit = text.chars().last().ok_or(EXPECTED)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return Err(EXPECTED.to_owned()),
    };
    let number = text.get(..text.len() - 1).unwrap_or_default();
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EXPECTED.to_owned());
    }
    let number = number
        .parse()
        .ok()
        .and_then(|number: u64| number.checked_mul(seconds));
    match number {
        Some(0) => Err("must be more than zero".to_owned()),
        Some(seconds) if seconds <= 36_500 * 24 * 60 * 60 => Ok(Duration::from_secs(seconds)),
        _ => Err("at most 36500d".to_owned()),
    }
}

/// A UUID.
pub(crate) fn uuid(text: &str) -> Result<Uuid, String> {
    let length = text.chars().count();
    let refuse = |_| format!("a text of {length} characters is not a UUID");
    text.parse().map_err(refuse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_number_and_a_unit() {
        for (text, seconds) in [("90s", 90), ("10m", 600), ("2h", 7_200), ("30d", 2_592_000)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "s",
            "10",
            "1.5h",
            "-1s",
            "+1s",
            "0s",
            "36501d",
            "9999999999999999999d",
            "1é",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_arguments_are_consistent() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }
}
