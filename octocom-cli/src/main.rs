//! The program `octocom`.

fn main() -> std::process::ExitCode {
    octocom_cli::main()
}
