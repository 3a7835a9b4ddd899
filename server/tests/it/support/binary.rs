//! The real binary: its commands, and a server that is reached over TCP.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// A directory with a database, and commands that use it.
pub struct Machine {
    directory: tempfile::TempDir,
}

impl Machine {
    pub fn new() -> Self {
        Self { directory: tempfile::TempDir::new().unwrap() }
    }

    pub fn database(&self) -> PathBuf {
        self.directory.path().join("tokenry.db")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare_command(arguments);
        command.args(["--database", &format!("sqlite:{}", self.database().display())]);
        command
    }

    /// A command that is not told the path of the database. Its temporary files go into the directory.
    fn bare_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tokenry"));
        command
            .args(arguments)
            .env_clear()
            .env("TMPDIR", self.directory.path())
            .env("TOKENRY_LOG", "trace")
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")));
        listened_to(&mut command);
        command
    }

    /// Runs a command to its end with this standard input.
    pub fn run(&self, arguments: &[&str], input: &str) -> Ran {
        Self::finish(self.command(arguments), input)
    }

    /// Runs a command that does not need the database.
    pub fn run_bare(&self, arguments: &[&str]) -> Ran {
        Self::finish(self.bare_command(arguments), "")
    }

    /// Runs a command with this standard output, which is missing from the result.
    pub fn run_into(&self, arguments: &[&str], input: &str, output: impl Into<Stdio>) -> Ran {
        let mut command = self.command(arguments);
        command.stdout(output);
        Self::finish(command, input)
    }

    /// Runs a command with this standard error.
    pub fn run_logging_into(&self, arguments: &[&str], log: impl Into<Stdio>) -> Ran {
        let mut command = self.command(arguments);
        command.stderr(log);
        Self::finish(command, "")
    }

    /// Runs a command with its standard output closed.
    pub fn run_closed(&self, arguments: &[&str]) -> Ran {
        let asked = self.command(arguments);
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "exec \"$@\" >&-", "sh"]).arg(asked.get_program()).args(asked.get_args());
        listened_to(command.env_clear());
        Self::finish(command, "")
    }

    /// Runs a command with these environment variables.
    pub fn run_among(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        Self::finish(command, "")
    }

    /// Runs a command with these environment variables, but without the path of the database, which has to come from
    /// elsewhere.
    pub fn run_elsewhere(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = self.bare_command(arguments);
        command.envs(variables.iter().copied());
        Self::finish(command, "")
    }

    fn finish(mut command: Command, input: &str) -> Ran {
        let mut child = command.spawn().unwrap();
        // A command that does not read its input ends before all of it is written.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// Starts the server on a free port and waits until it says that it is ready.
    pub fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// Starts the server with more arguments.
    pub fn serve_with(&self, more: &[&str]) -> Server {
        Self::begin(&mut self.command(&[&["serve", "--listen", "127.0.0.1:0"], more].concat()))
    }

    /// Starts the server in a shell that has first run `prepared`.
    pub fn serve_after(&self, prepared: &str, more: &[&str]) -> Server {
        let server = self.command(&[&["serve", "--listen", "127.0.0.1:0"], more].concat());
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &format!("{prepared}; exec \"$0\" \"$@\"")]).arg(server.get_program());
        shell.args(server.get_args()).env_clear();
        for (name, value) in server.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        Self::begin(listened_to(shell.current_dir(env!("CARGO_MANIFEST_DIR"))))
    }

    /// Starts the server with these environment variables.
    pub fn serve_among(&self, variables: &[(&str, &str)], more: &[&str]) -> Server {
        let mut command = self.command(&[&["serve", "--listen", "127.0.0.1:0"], more].concat());
        command.envs(variables.iter().copied());
        Self::begin(&mut command)
    }

    /// Starts a demonstration.
    pub fn demo(&self) -> Server {
        Self::begin(&mut self.bare_command(&["demo", "--listen", "127.0.0.1:0"]))
    }

    /// The files in the directory.
    pub fn files(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.directory.path()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    fn begin(command: &mut Command) -> Server {
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (print, printed) = mpsc::channel();
        std::thread::spawn(move || stdout.lines().try_for_each(|line| print.send(line.unwrap())));
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (say, ready) = mpsc::channel();
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            for line in stderr.lines() {
                let line = line.unwrap();
                log.push_str(&line);
                log.push('\n');
                if let Some((_, address)) = line.split_once("Tokenry is ready at http://") {
                    let _ = say.send(Said::Ready(address_in(address)));
                }
                if let Some((_, address)) = line.split_once("metrics are shown at http://") {
                    let _ = say.send(Said::Metrics(address_in(address)));
                }
                if let Some((_, code)) = line.split_once("/setup?code=") {
                    let _ = say.send(Said::Code(code.chars().take(64).collect()));
                }
                if line.contains("the audit log ends here") {
                    let _ = say.send(Said::Nothing);
                }
            }
            log
        });
        let mut server = Server {
            child,
            log: Some(log),
            printed,
            address: String::new(),
            metrics: String::new(),
            code: None,
        };
        loop {
            match ready.recv_timeout(Duration::from_secs(30)) {
                Ok(Said::Ready(address)) => server.address = address,
                Ok(Said::Metrics(address)) => server.metrics = address,
                Ok(Said::Code(code)) => server.code = Some(code),
                Ok(Said::Nothing) => return server,
                Err(_) => panic!("it does not get ready: {}", server.stop()),
            }
        }
    }
}

enum Said {
    Ready(String),
    Metrics(String),
    Code(String),
    Nothing,
}

/// The address at the beginning of a text.
fn address_in(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect()
}

pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

pub struct Server {
    child: Child,
    log: Option<JoinHandle<String>>,
    printed: mpsc::Receiver<String>,
    address: String,
    /// The address of the metrics, if they are shown.
    metrics: String,
    /// The code for setting up, if nobody has done so.
    pub code: Option<String>,
}

impl Server {
    /// The answer to a request, head and body. The cookie is also sent as a bearer's secret.
    pub fn ask(&self, method: &str, path: &str, cookie: &str, body: &str) -> String {
        self.ask_with(&self.address, method, path, cookie, "application/x-www-form-urlencoded", body)
    }

    /// The answer to a request with a body in JSON.
    pub fn post_json(&self, path: &str, secret: &str, body: &str) -> String {
        self.ask_with(&self.address, "POST", path, secret, "application/json", body)
    }

    pub fn metrics(&self) -> String {
        self.ask_with(&self.metrics, "GET", "/metrics", "", "text/plain", "")
    }

    /// The answer to a request for metrics under this host name.
    pub fn metrics_of(&self, host: &str) -> String {
        let request = format!("GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        send(&self.metrics, &request)
    }

    pub fn address(&self) -> SocketAddr {
        self.address.parse().unwrap()
    }

    fn ask_with(&self, host: &str, method: &str, path: &str, key: &str, kind: &str, body: &str) -> String {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: {key}\r\n\
             Sec-Fetch-Site: same-origin\r\nContent-Type: {kind}\r\n\
             Authorization: Bearer {key}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        send(host, &request)
    }

    /// Ends the process and returns its log.
    pub fn stop(mut self) -> String {
        self.end();
        self.log.take().unwrap().join().unwrap()
    }

    /// Tells the process to stop, as an operator would, waits for its end and returns its log.
    pub fn terminate(mut self) -> String {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap();
        self.log.take().unwrap().join().unwrap()
    }

    /// Tells the process to stop with this signal. It has to exit successfully.
    pub fn end_by(mut self, signal: &str) {
        self.signal(signal);
        assert!(self.child.wait().unwrap().success());
    }

    pub fn signal(&self, signal: &str) {
        let told = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// Everything that the server prints up to the next line that contains this.
    pub fn printed(&self, wanted: &str) -> String {
        let mut all = String::new();
        while !all.contains(wanted) {
            let line = self.printed.recv_timeout(Duration::from_secs(30));
            all.push_str(&line.unwrap_or_else(|_| panic!("it does not print {wanted}: {all}")));
            all.push('\n');
        }
        all
    }

    /// Presents a secret until the answer begins with this status. A change by another process is seen soon, not at
    /// once.
    pub fn until_judged(&self, secret: &str, status: &str) -> String {
        let began = Instant::now();
        loop {
            let answer = self.ask("GET", "/forward-auth?any=1", secret, "");
            if answer.starts_with(&format!("HTTP/1.1 {status}")) {
                return answer;
            }
            assert!(began.elapsed() < Duration::from_secs(10), "{answer}");
        }
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a request on a connection of its own and returns everything that comes back.
fn send(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Ends the server also when the test fails halfway.
impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Connects all three standard streams to pipes.
fn listened_to(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped())
}
