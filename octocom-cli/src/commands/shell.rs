//! `octocom completions` and `octocom man`: what shells and `man` read.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::failure::{Failure, Result};
use crate::output::print;

/// Print completions for a shell
///
/// bash: octocom completions bash > ~/.local/share/bash-completion/completions/octocom
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Print the man page, or write those of all commands to a folder
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  octocom man | man -l -
  octocom man --dir ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Folder to write a page for each command to; pages that are there are replaced
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

pub(crate) fn completions(args: &CompletionsArgs, mut program: Command) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "octocom", &mut script);
    print(&String::from_utf8_lossy(&script))
}

pub(crate) fn man(args: ManArgs, program: Command) -> Result<()> {
    if let Some(folder) = args.dir {
        std::fs::create_dir_all(&folder)
            .map_err(|error| Failure::file("creating", &folder, error))?;
        return clap_mangen::generate_to(program, &folder)
            .map_err(|error| Failure::file("writing pages to", &folder, error));
    }
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(program).render(&mut page);
    rendered.map_err(|error| Failure::failed(format!("the page cannot be made: {error}")))?;
    print(&String::from_utf8_lossy(&page))
}
