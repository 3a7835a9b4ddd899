//! A data directory with a database, and servers on it that are started, killed and stopped.

use serde_json::Value;
use std::{
    env,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

const READY: Duration = Duration::from_secs(30);

pub fn binary() -> PathBuf {
    env::var_os("TOKENRY_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_tokenry").into(), PathBuf::from)
}

pub struct Machine {
    home: PathBuf,
    _directory: tempfile::TempDir,
    /// The value of `--database`.
    url: String,
    /// A secret that may manage tokens and ask about them.
    pub secret: String,
}

impl Machine {
    pub fn new() -> Self {
        let directory = tempfile::TempDir::new().unwrap();
        Self::at(directory.path().to_owned(), directory)
    }

    /// Keeps its data in `home`, which must exist already.
    pub fn at(home: PathBuf, directory: tempfile::TempDir) -> Self {
        let url = format!("sqlite:{}", home.join("tokenry.db").display());
        Self { home, _directory: directory, url, secret: String::new() }.begun()
    }

    /// Keeps its data on a server of PostgreSQL.
    pub fn on(url: &str) -> Self {
        Self::empty(url).begun()
    }

    /// A database on a server of PostgreSQL in which nothing is yet.
    pub fn empty(url: &str) -> Self {
        let directory = tempfile::TempDir::new().unwrap();
        Self {
            home: directory.path().to_owned(),
            _directory: directory,
            url: url.to_owned(),
            secret: String::new(),
        }
    }

    fn begun(mut self) -> Self {
        self.command(
            &[
                "person",
                "add",
                "--email",
                "ada@example.com",
                "--name",
                "Ada",
                "--role",
                "admin",
                "--password-stdin",
            ],
            "seventeen violet kettles\n",
        );
        self.secret = self.another_secret("Torture");
        self
    }

    /// The secret of a new token that may manage tokens and ask about them.
    pub fn another_secret(&self, name: &str) -> String {
        let made = self.command(
            &[
                "token",
                "create",
                "--json",
                "--name",
                name,
                "--permission",
                "projects:read",
                "tokenry.tokens:read",
                "tokenry.tokens:write",
                "tokenry.tokens:verify",
            ],
            "",
        );
        let made: Value = serde_json::from_str(&made).unwrap();
        made["secret"].as_str().unwrap().to_owned()
    }

    pub fn database(&self) -> PathBuf {
        self.home.join("tokenry.db")
    }

    /// Runs a command that has to succeed, and returns its standard output.
    pub fn command(&self, arguments: &[&str], input: &str) -> String {
        let mut command = Command::new(binary());
        command.args(arguments).args(self.data()).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?} failed");
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn assert_audit_is_whole(&self) -> String {
        let said = self.command(&["audit", "verify"], "");
        assert!(said.contains("is whole"), "{said}");
        said.split(" lines").next().unwrap_or_default().rsplit(' ').next().unwrap_or_default().to_owned()
    }

    fn data(&self) -> [&str; 2] {
        ["--database", &self.url]
    }

    /// A server behind a shell that first runs `before`, such as `ulimit -n 256;`, and then becomes the server.
    pub fn serve(&self, before: &str) -> Server {
        self.serve_at("127.0.0.1:0", before).expect("the server does not get ready")
    }

    /// A server that listens at this address; `None` if it does not get ready.
    pub fn serve_at(&self, listen: &str, before: &str) -> Option<Server> {
        let mut server = self.launch(listen, before);
        let log = BufReader::new(server.child.stderr.take()?);
        let (say, ready) = mpsc::channel();
        thread::spawn(move || {
            let is_shown = env::var_os("TORTURE_LOG").is_some();
            for line in log.lines().map_while(Result::ok) {
                if let Some((_, address)) = line.split_once("Tokenry is ready at http://") {
                    let address = address.split_whitespace().next().unwrap_or_default();
                    let _ = say.send(address.parse::<SocketAddr>());
                }
                if is_shown {
                    eprintln!("{line}");
                }
            }
        });
        server.address = ready.recv_timeout(READY).ok()?.unwrap();
        Some(server)
    }

    /// A server that begins to start.
    pub fn launch(&self, listen: &str, before: &str) -> Server {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("{before} exec \"$@\""), "sh"]).arg(binary());
        command.args(["serve", "--listen", listen]).args(self.data());
        command.env_clear().env("TOKENRY_LOG", "info").stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.stderr(Stdio::piped()).spawn().unwrap();
        Server { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) }
    }
}

pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, whatever the server is doing.
    pub fn kill(mut self) {
        self.end();
    }

    pub fn assert_runs(&mut self) {
        assert_eq!(self.child.try_wait().unwrap(), None, "the server has ended");
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
