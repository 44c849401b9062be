//! The Singer tap `tap-octocom`.

fn main() -> std::process::ExitCode {
    octocom_cli::tap()
}
