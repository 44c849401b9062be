//! The Airbyte source `source-octocom`.

fn main() -> std::process::ExitCode {
    octocom_cli::source()
}
