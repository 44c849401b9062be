//! The configuration file: written, read, and refused where others can read it.

use crate::program::Program;

const FILE: &str = "config/octocom/config.toml";
const NO_ENVIRONMENT: [(&str, &str); 2] = [("OCTOCOM_API_KEY", ""), ("OCTOCOM_BASE_URL", "")];

#[cfg(unix)]
fn set_mode(program: &Program, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(program.path(FILE), mode).unwrap();
}

#[tokio::test]
async fn a_profile_is_written_and_used() {
    let program = Program::start().await;
    let (key, url) = (program.sandbox().key(), program.sandbox().url());
    let set = format!("config set --profile work --base-url {url} --business acme-corp");
    let ended = program.run_given(&format!("{key}\n"), &set).await;
    assert!(!ended.assert_done().err.contains(key), "{ended:?}");
    // The only profile is the default, and its business is that of the commands.
    let list = "articles list --max-items 1";
    let ended = program.run_with(&NO_ENVIRONMENT, list).await;
    assert_eq!(ended.assert_done().out.lines().count(), 1);
    let list = program.type_in("config list").await;
    assert_eq!(
        list.assert_done().out,
        format!("* work  key  {url}  acme-corp\n")
    );
    program.type_in("config remove work").await.assert_done();
    program
        .type_in("config remove work")
        .await
        .assert_error(2, &["no profile `work`"]);
    assert_eq!(program.type_in("config list").await.assert_done().out, "");
}

#[tokio::test]
async fn comments_and_other_profiles_stay() {
    let program = Program::new();
    program
        .run_given("k1", "config set --profile one")
        .await
        .assert_done();
    let text = format!("# mine\n{}", program.read(FILE));
    std::fs::write(program.path(FILE), text).unwrap();
    program
        .run_given("k2", "config set --profile two")
        .await
        .assert_done();
    program.type_in("config use two").await.assert_done();
    let text = program.read(FILE);
    assert!(text.starts_with("# mine\n"), "{text}");
    for part in ["k1", "k2", "default_profile = \"two\""] {
        assert!(text.contains(part), "{text}");
    }
    let ended = program.type_in("config use three").await;
    ended.assert_error(2, &["no profile `three`", "one, two"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_others_can_read_is_refused_with_what_mends_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = Program::new();
    program.run_given("k", "config set").await.assert_done();
    let mode = std::fs::metadata(program.path(FILE))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    set_mode(&program, 0o640);
    let ended = program.type_in("users list").await;
    ended.assert_error(2, &["others may read it (mode 0640)", "run `chmod 600 "]);
    // The command that it names mends it: the next error is another.
    let command = ended
        .err
        .split('`')
        .find(|part| part.starts_with("chmod"))
        .unwrap();
    let mended = tokio::process::Command::new("sh")
        .args(["-c", command])
        .status()
        .await;
    assert!(mended.unwrap().success(), "{command}");
    let ended = program
        .type_in("users list --base-url http://127.0.0.1:9 --timeout 1s")
        .await;
    ended.assert_error(1, &["http://127.0.0.1:9"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_without_its_values() {
    let program = Program::new();
    for (content, named) in [
        ("[profiles.work]\napi_key = \"secret", "line 2"),
        (
            "[profiles]\nwork = \"secret\"",
            "line 2, column 8: a value of the wrong type",
        ),
        ("[profiles.work]\nkey = \"secret\"", "unknown field `key`"),
        (
            "default_profile = \"none\"",
            "names the profile `none`, which the file does not have",
        ),
    ] {
        program.write(FILE, content);
        set_mode(&program, 0o600);
        let ended = program.type_in("users list").await;
        ended.assert_error(2, &["configuration file", named]);
        assert!(!ended.err.contains("secret"), "{ended:?}");
        assert_eq!(program.read(FILE), content);
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_one_is_not_written() {
    let program = Program::new();
    let ended = program.run_given("", "config set").await;
    ended.assert_error(2, &["the API key", "nothing was written"]);
    assert!(!program.path(FILE).exists());
}
