//! The configuration file: profiles, each with a key, an address and a business.
//!
//! ```toml
//! default_profile = "work"
//!
//! [profiles.work]
//! api_key = "…"
//! base_url = "https://…"
//! business = "acme-corp"
//! ```

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;
use toml_edit::{DocumentMut, Item, Table, value};

use crate::failure::{Failure, Result};
use crate::files;

/// Profile that is used when neither a flag nor the file names another.
pub(crate) const DEFAULT_PROFILE: &str = "default";

/// A configuration file that may not be there yet.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    path: PathBuf,
    /// With comments and order, to be written back. Holds keys: never shown.
    document: DocumentMut,
    content: Content,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    default_profile: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// The settings of one profile.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) api_key: Option<SecretString>,
    pub(crate) base_url: Option<String>,
    pub(crate) business: Option<String>,
}

impl ConfigFile {
    /// Reads the file. One that others may read is refused, with the command that mends it.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Self {
                    path: path.to_owned(),
                    document: DocumentMut::new(),
                    content: Content::default(),
                });
            }
            Err(error) => return Err(unusable(path, &error.to_string())),
        };
        check_mode(&file, path)?;
        let mut text = String::new();
        file.read_to_string(&mut text)
            .map_err(|error| unusable(path, &error.to_string()))?;
        // The parser's own message quotes the line, which may hold the key.
        let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
            unusable(
                path,
                &format!("{}: it is not TOML", place(error.span(), &text)),
            )
        })?;
        let content = toml_edit::de::from_str(&text)
            .map_err(|error| unusable(path, &mistake(&error, &text)))?;
        let this = Self {
            path: path.to_owned(),
            document,
            content,
        };
        match this.default_profile() {
            name if name == DEFAULT_PROFILE || this.profile(name).is_some() => Ok(this),
            name => Err(unusable(
                path,
                &format!(
                    "`default_profile` names the profile `{name}`, which the file does not have"
                ),
            )),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn default_profile(&self) -> &str {
        let name = self.content.default_profile.as_deref();
        name.unwrap_or(DEFAULT_PROFILE)
    }

    pub(crate) fn profile(&self, name: &str) -> Option<&Profile> {
        self.content.profiles.get(name)
    }

    pub(crate) fn profiles(&self) -> impl Iterator<Item = (&str, &Profile)> {
        let profiles = self.content.profiles.iter();
        profiles.map(|(name, profile)| (name.as_str(), profile))
    }

    /// Sets one setting of a profile, which is made when it is not there.
    pub(crate) fn set(&mut self, profile: &str, setting: &str, text: &str) -> Result<()> {
        let profiles = table(self.document.as_table_mut(), "profiles");
        let profile = profiles
            .and_then(|profiles| {
                profiles.set_implicit(true);
                table(profiles, profile)
            })
            .ok_or_else(|| unusable(&self.path, "`profiles` is not a table of tables"))?;
        put(profile, setting, text);
        Ok(())
    }

    /// Makes a profile the one that is used by default.
    pub(crate) fn set_default(&mut self, profile: &str) {
        put(self.document.as_table_mut(), "default_profile", profile);
    }

    /// Removes a profile. Returns `false` if it is not there.
    pub(crate) fn remove(&mut self, profile: &str) -> bool {
        if self.default_profile() == profile {
            self.document.remove("default_profile");
        }
        let profiles = self.document.get_mut("profiles");
        let profiles = profiles.and_then(Item::as_table_like_mut);
        profiles.is_some_and(|profiles| profiles.remove(profile).is_some())
    }

    /// Writes the file, readable by its owner only, and replaces the old one by a rename.
    pub(crate) fn write(&self) -> Result<()> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| Failure::file("creating", folder, error))?;
        }
        let text = self.document.to_string();
        files::replace(&self.path, text.as_bytes(), files::Access::Private)
    }
}

/// Sets a text, and leaves the comments around it.
fn put(table: &mut Table, name: &str, text: &str) {
    match table.get_mut(name).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = text.into();
            *old.decor_mut() = decor;
        }
        None => {
            table.insert(name, value(text));
        }
    }
}

/// A table below another, made when it is not there; `None` if something else has its name.
fn table<'a>(parent: &'a mut Table, name: &str) -> Option<&'a mut Table> {
    let item = parent
        .entry(name)
        .or_insert_with(|| Item::Table(Table::new()));
    item.as_table_mut()
}

fn unusable(path: &Path, reason: &str) -> Failure {
    Failure::usage(format!(
        "the configuration file `{}` cannot be used: {reason}",
        path.display()
    ))
}

/// A setting that cannot be used. Its value is not shown: it may be a key in the wrong place.
fn mistake(error: &toml_edit::de::Error, text: &str) -> String {
    let place = place(error.span(), text);
    match error.message() {
        message if message.starts_with("unknown field") => format!("{place}: {message}"),
        _ => format!("{place}: a value of the wrong type"),
    }
}

/// Line and column of a mistake.
fn place(span: Option<std::ops::Range<usize>>, text: &str) -> String {
    let before = span.and_then(|span| text.get(..span.start));
    let before = before.unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}")
}

#[cfg(unix)]
fn check_mode(file: &File, path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file
        .metadata()
        .map_err(|error| unusable(path, &error.to_string()))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        let reason = format!("others may read it (mode {mode:04o})");
        let mend = format!("run `chmod 600 {}`", files::quoted(path));
        return Err(unusable(path, &reason).advise(mend));
    }
    Ok(())
}

/// Elsewhere a user's folder is the user's own by default.
#[cfg(not(unix))]
fn check_mode(_: &File, _: &Path) -> Result<()> {
    Ok(())
}

/// Returns the path of the file where no flag names another: `octocom/config.toml` in
/// `XDG_CONFIG_HOME` or `~/.config`; on Windows in `APPDATA`.
pub(crate) fn default_path() -> Option<PathBuf> {
    let folder = |name| std::env::var_os(name).map(PathBuf::from);
    let absolute = |path: &PathBuf| path.is_absolute();
    let folder = if cfg!(windows) {
        folder("APPDATA").filter(absolute)
    } else {
        let home = || std::env::home_dir().map(|home| home.join(".config"));
        folder("XDG_CONFIG_HOME").filter(absolute).or_else(home)
    };
    folder.map(|folder| folder.join("octocom").join("config.toml"))
}
