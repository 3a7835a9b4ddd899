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
        let mut machine = Self { home, _directory: directory, secret: String::new() };
        machine.command(
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
        let made = machine.command(
            &[
                "token",
                "create",
                "--json",
                "--name",
                "Torture",
                "--permission",
                "projects:read",
                "tokenry.tokens:read",
                "tokenry.tokens:write",
                "tokenry.tokens:verify",
            ],
            "",
        );
        let made: Value = serde_json::from_str(&made).unwrap();
        machine.secret = made["secret"].as_str().unwrap().to_owned();
        machine
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

    fn data(&self) -> [String; 2] {
        ["--database".to_owned(), format!("sqlite:{}", self.database().display())]
    }

    /// A server behind a shell that first runs `before`, such as `ulimit -n 256;`, and then becomes the server.
    pub fn serve(&self, before: &str) -> Server {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("{before} exec \"$@\""), "sh"]).arg(binary());
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(self.data());
        command.env_clear().env("TOKENRY_LOG", "info").stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let (say, ready) = mpsc::channel();
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                if let Some((_, address)) = line.split_once("Tokenry is ready at http://") {
                    let address = address.split_whitespace().next().unwrap_or_default();
                    let _ = say.send(address.parse::<SocketAddr>());
                }
            }
        });
        let address = ready.recv_timeout(READY).expect("the server does not get ready").unwrap();
        Server { child, address }
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
