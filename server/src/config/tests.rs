use super::*;

fn with(change: impl FnOnce(&mut ServeArgs)) -> Result<Config, ConfigError> {
    let mut args = ServeArgs::default();
    change(&mut args);
    args.resolve()
}

#[test]
fn nothing_said_means_loopback_and_a_file_in_data() {
    let config = with(|_| ());
    assert_eq!(config.as_ref().map(|c| c.listen.to_string()), Ok("127.0.0.1:3000".to_owned()));
    assert_eq!(config.map(|c| c.database), Ok(DatabaseUrl::default()));
}

#[test]
fn metrics_are_shown_nowhere_unless_an_address_is_given() {
    assert_eq!(with(|_| ()).map(|c| c.metrics_listen), Ok(None));
    assert_eq!(with(|a| a.metrics_listen = Some(String::new())).map(|c| c.metrics_listen), Ok(None));
    let given = with(|a| a.metrics_listen = Some("10.0.0.7:9100".into())).map(|c| c.metrics_listen);
    assert_eq!(given, Ok("10.0.0.7:9100".parse().ok()));
    let refused = with(|a| a.metrics_listen = Some("metrics".into()));
    assert_eq!(refused, Err(NetworkError::Listen("metrics".into()).into()));
}

#[test]
fn github_is_asked_for_its_keys_only_where_the_operator_says_so_and_over_https() {
    let keys = |url: &str| with(|a| a.github_keys = Some(url.into())).map(|config| config.github_keys);
    assert_eq!(with(|_| ()).map(|config| config.github_keys), Ok(None));
    assert_eq!(keys(""), Ok(None));
    let github = "https://api.github.com/meta/public_keys/secret_scanning";
    assert_eq!(keys(github), Ok(Some(github.to_owned())));
    for refused in ["on", "http://api.github.com/", "file:///etc/passwd"] {
        assert_eq!(keys(refused), Err(ConfigError::GithubKeys(refused.to_owned())));
    }
}

#[test]
fn a_database_that_this_build_does_not_know_is_refused() {
    for unknown in
        ["mysql://localhost/tokenry", "data/tokenry.db", "sqlite:", "sqlite::memory:", "sqlite:a?mode=ro"]
    {
        let refused = with(|a| a.database = Some(unknown.into()));
        assert!(matches!(refused, Err(ConfigError::Database(_))), "{unknown}");
    }
    let path = |url: &str| with(|a| a.database = Some(url.into())).map(|c| c.database);
    assert_eq!(path("sqlite:data/x.db"), Ok(DatabaseUrl::sqlite("data/x.db")));
    assert_eq!(path("sqlite:///var/lib/x.db"), Ok(DatabaseUrl::sqlite("/var/lib/x.db")));
}

#[test]
fn nothing_that_is_said_about_a_wrong_setting_has_a_password_in_it() -> std::io::Result<()> {
    let said = |refused: ConfigError| format!("{refused} {refused:?}");
    let shown = with(|a| a.database = Some("postgress://ada:hush@db/tokenry".into()))
        .map_or_else(said, |_| String::new());
    assert!(shown.contains("postgress://…") && !shown.contains("hush"), "{shown}");
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(&file, "listen = \"127.0.0.1:4000\"\ndatabase = \"postgres://ada:hush@db/tokenry\n")?;
    let shown = with(|a| a.config = Some(file.path().to_owned())).map_or_else(said, |_| String::new());
    assert!(shown.contains("line 2: ") && !shown.contains("hush"), "{shown}");
    Ok(())
}

#[test]
fn a_flag_beats_the_file_and_a_misspelt_key_is_refused() -> std::io::Result<()> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(
        &file,
        "listen = \"127.0.0.1:4000\"\nprefix = \"acme\"\ntrusted_proxies = [\"10.0.0.1\"]\n",
    )?;
    let config = with(|a| {
        a.config = Some(file.path().into());
        a.listen = Some("127.0.0.1:5000".into());
    });
    assert_eq!(config.as_ref().map(|c| c.listen.port()), Ok(5000));
    assert_eq!(config.as_ref().map(|c| c.trusted_proxies.len()), Ok(1));
    assert_eq!(config.map(|c| c.prefix.as_str().to_owned()), Ok("acme".to_owned()));
    std::fs::write(&file, "lissen = \"127.0.0.1:4000\"\n")?;
    assert!(matches!(with(|a| a.config = Some(file.path().into())), Err(ConfigError::File { .. })));
    Ok(())
}
