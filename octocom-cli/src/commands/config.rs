//! `octocom config`: the profiles of the configuration file.

use std::io::{IsTerminal as _, Read as _, Write as _};

use clap::{Args, Subcommand};
use secrecy::{ExposeSecret as _, SecretString};

use crate::args::Global;
use crate::config_file::{ConfigFile, DEFAULT_PROFILE, default_path};
use crate::failure::{Failure, Result};
use crate::key::config_file;
use crate::terminal;

/// Show and change the profiles of the configuration file
///
/// A profile has an API key, and may have a base URL and a business. The file is readable by its
/// owner only; one that others may read is refused.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  octocom config set                                  asks for the key
  octocom config set --profile staging --base-url https://staging.example.com < key.txt
  octocom config use staging")]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Write a profile: the key is asked for, or read from standard input; never an argument
    Set {
        /// Business that commands use where --business is not given
        #[arg(long, value_name = "SLUG")]
        business: Option<String>,
        /// Leave the key as it is
        #[arg(long)]
        keep_key: bool,
    },
    /// Make a profile the one that is used by default
    Use {
        /// Name of the profile
        name: String,
    },
    /// Remove a profile
    Remove {
        /// Name of the profile
        name: String,
    },
    /// List the profiles; keys are not shown
    List,
    /// Print the path of the configuration file
    Path,
}

pub(crate) fn run(global: &Global, args: ConfigArgs) -> Result<()> {
    if let ConfigCommand::Path = args.command {
        // Also of a file that cannot be used.
        let path = global.config.clone().or_else(default_path);
        let path = path.map(|path| format!("{}\n", path.display()));
        return print(&path.unwrap_or_default());
    }
    let mut file = config_file(global)?.ok_or_else(|| {
        Failure::usage("this system has no folder for a configuration file")
            .advise("name one with --config")
    })?;
    match args.command {
        ConfigCommand::Set { business, keep_key } => set(global, &mut file, business, keep_key),
        ConfigCommand::Use { name } => {
            if file.profile(&name).is_none() {
                return Err(missing(&file, &name));
            }
            file.set_default(&name);
            file.write()
        }
        ConfigCommand::Remove { name } => match file.remove(&name) {
            true => file.write(),
            false => Err(missing(&file, &name)),
        },
        ConfigCommand::List => print(&list(&file)),
        ConfigCommand::Path => Ok(()),
    }
}

fn set(
    global: &Global,
    file: &mut ConfigFile,
    business: Option<String>,
    keep_key: bool,
) -> Result<()> {
    let name = global.profile.as_deref().unwrap_or(DEFAULT_PROFILE);
    if file.profiles().next().is_none() && name != DEFAULT_PROFILE {
        file.set_default(name);
    }
    if !keep_key {
        let key = ask_for_key()?;
        file.set(name, "api_key", key.expose_secret())?;
    }
    if let Some(url) = &global.base_url {
        octocom_api::BaseUrl::parse(url)
            .map_err(|error| Failure::usage(format!("--base-url: {error}")))?;
        file.set(name, "base_url", url)?;
    }
    if let Some(business) = &business {
        file.set(name, "business", business)?;
    }
    file.write()?;
    if !global.quiet {
        let path = file.path().display();
        terminal::tell_line(&format!("wrote the profile `{name}` to {path}"));
    }
    Ok(())
}

/// Asks without showing what is typed; off a terminal it is standard input's only line.
fn ask_for_key() -> Result<SecretString> {
    let failed =
        |error: std::io::Error| Failure::failed(format!("reading the key failed: {error}"));
    let text = if std::io::stdin().is_terminal() {
        if !terminal::can_ask() {
            return Err(Failure::usage("there is nobody to ask for the key")
                .advise("give it on standard input, as in `octocom config set < FILE`"));
        }
        rpassword::prompt_password("API key: ").map_err(failed)?
    } else {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(failed)?;
        text
    };
    let key = SecretString::from(text.trim());
    octocom_api::ApiKey::new(key.clone()).map_err(|error| {
        Failure::usage(format!("the API key: {error}")).and("nothing was written")
    })?;
    Ok(key)
}

fn list(file: &ConfigFile) -> String {
    let mut text = String::new();
    for (name, profile) in file.profiles() {
        let mark = if name == file.default_profile() {
            "*"
        } else {
            " "
        };
        let key = match profile.api_key {
            Some(_) => "key",
            None => "no key",
        };
        let url = profile.base_url.as_deref().unwrap_or("the live service");
        let business = profile.business.as_deref().unwrap_or("-");
        text.push_str(&format!("{mark} {name}  {key}  {url}  {business}\n"));
    }
    text
}

fn missing(file: &ConfigFile, name: &str) -> Failure {
    let names: Vec<_> = file.profiles().map(|(name, _)| name.to_owned()).collect();
    let known = match names.is_empty() {
        true => "it has no profiles yet".to_owned(),
        false => format!("it has {}", names.join(", ")),
    };
    let path = file.path().display();
    Failure::usage(format!("`{path}` has no profile `{name}`: {known}"))
}

fn print(text: &str) -> Result<()> {
    let written = std::io::stdout().lock().write_all(text.as_bytes());
    written.map_err(|error| Failure::stdout(&error))
}
