//! The API key: exactly one source, and never an argument.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use crate::args::Global;
use crate::config_file::{ConfigFile, Profile, default_path};
use crate::failure::{Failure, Result};
use crate::files;
use crate::status::Status;

pub(crate) const KEY_VARIABLE: &str = "OCTOCOM_API_KEY";
pub(crate) const URL_VARIABLE: &str = "OCTOCOM_BASE_URL";

/// Address and key of the calls.
#[derive(Debug)]
pub(crate) struct Target {
    /// The key, and the place that it is from, as messages name it.
    pub(crate) key: Option<(SecretString, String)>,
    /// The base URL, and the place that it is from; `None` for the live service.
    pub(crate) base_url: Option<(String, String)>,
    /// Business of the profile.
    pub(crate) business: Option<String>,
}

impl Target {
    /// Reads arguments, environment and configuration file.
    pub(crate) fn read(global: &Global) -> Result<Self> {
        let file = config_file(global)?;
        let (name, profile) = profile(global, file.as_ref())?;
        let place = |file: &ConfigFile| {
            let path = file.path().display();
            format!("the profile `{name}` of `{path}`")
        };
        let place = file.as_ref().map(place).unwrap_or_default();
        let mut sources = Vec::new();
        if let Some(key) = variable(KEY_VARIABLE)? {
            sources.push((SecretString::from(key), KEY_VARIABLE.to_owned()));
        }
        if let Some(path) = &global.api_key_file {
            let origin = format!("the file `{}`", path.display());
            sources.push((key_of("--api-key-file", path)?, origin));
        }
        if let Some(key) = profile.api_key {
            sources.push((key, place.clone()));
        }
        if let [(_, one), (_, other), ..] = &sources[..] {
            return Err(Failure::usage(format!(
                "there are two sources of an API key: {one} and {other}"
            ))
            .advise("take one away; nothing was sent"));
        }
        Ok(Self {
            key: sources.pop(),
            base_url: base_url(global, profile.base_url, &place)?,
            business: profile.business,
        })
    }

    /// The key, or an error that says where one can come from.
    pub(crate) fn key(&self) -> Result<&(SecretString, String)> {
        self.key.as_ref().ok_or_else(|| {
            Failure::new(Status::Unauthorized, "the API key is missing").advise(format!(
                "set {KEY_VARIABLE} (or use --api-key-file or `octocom config set`), or add \
                 --sandbox to try it on made-up data"
            ))
        })
    }
}

/// Returns the configuration file in use, or `None` on a system without a folder for it.
pub(crate) fn config_file(global: &Global) -> Result<Option<ConfigFile>> {
    let path = global.config.clone().or_else(default_path);
    path.map(|path| ConfigFile::read(&path)).transpose()
}

/// Returns the profile that was asked for, or the default one.
fn profile(global: &Global, file: Option<&ConfigFile>) -> Result<(String, Profile)> {
    match (&global.profile, file) {
        (Some(name), Some(file)) => match file.profile(name) {
            Some(profile) => Ok((name.clone(), profile.clone())),
            None => Err(Failure::usage(format!(
                "`{}` has no profile `{name}`",
                file.path().display()
            ))
            .advise(format!(
                "make it with `octocom config set --profile {name}`"
            ))),
        },
        (Some(name), None) => Err(Failure::usage(format!(
            "the profile `{name}` needs a configuration file, and this system has no folder for one"
        ))),
        (None, Some(file)) => {
            let name = file.default_profile();
            Ok((
                name.to_owned(),
                file.profile(name).cloned().unwrap_or_default(),
            ))
        }
        (None, None) => Ok(Default::default()),
    }
}

/// The address: of the flag, else of the profile or the environment, which must not contradict
/// each other, or a profile's key would go to another server than it is for.
fn base_url(
    global: &Global,
    profile: Option<String>,
    place: &str,
) -> Result<Option<(String, String)>> {
    if let Some(url) = &global.base_url {
        return Ok(Some((url.clone(), "--base-url".to_owned())));
    }
    let variable = variable(URL_VARIABLE)?;
    match (profile, variable) {
        (Some(url), Some(other)) if url != other => Err(Failure::usage(format!(
            "there are two base URLs: {URL_VARIABLE} is not that of {place}"
        ))
        .advise("unset one, or choose with --base-url; nothing was sent")),
        (Some(url), _) => Ok(Some((url, place.to_owned()))),
        (None, Some(url)) => Ok(Some((url, URL_VARIABLE.to_owned()))),
        (None, None) => Ok(None),
    }
}

pub(crate) fn variable(name: &str) -> Result<Option<String>> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(text)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::usage(format!("{name} is not Unicode text")))
        }
    }
}

/// The key or token in a file: its only line. `flag` names the file in messages.
pub(crate) fn key_of(flag: &str, path: &Path) -> Result<SecretString> {
    let text = std::fs::read_to_string(path).map(SecretString::from);
    let text = text.map_err(|error| {
        Failure::usage(format!(
            "`{flag}` {} cannot be read: {error}",
            files::quoted(path)
        ))
    })?;
    Ok(SecretString::from(text.expose_secret().trim()))
}
