//! nginx, Caddy and HAProxy, each started with its recipe and the few settings that a test adds: the place of its
//! files, and that it stays in the foreground.

use super::place::Place;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

/// A program that runs until this is dropped.
pub struct Running(Child);

pub fn nginx(place: &Place) -> Running {
    start_nginx(place, &place.adapted("nginx.conf"))
}

pub fn nginx_for_the_console(place: &Place) -> Running {
    let recipe = place.adapted("console.nginx.conf");
    start_nginx(place, &format!("server {{ listen {}; {recipe} }}", place.front))
}

fn start_nginx(place: &Place, recipe: &str) -> Running {
    let own = place.directory.path().display();
    let recipe = place.write("api.conf", recipe);
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {own}/{name};\n"))
        .concat();
    let whole = format!(
        "daemon off; master_process off; pid {own}/pid; error_log stderr notice;\nevents {{}}\n\
         http {{ access_log off; {temporary} include {}; }}\n",
        recipe.display()
    );
    let mut command = Command::new(installed("nginx"));
    command.arg("-c").arg(place.write("nginx.conf", &whole)).args(["-e", "stderr"]);
    Running::start(command, "event method")
}

pub fn caddy(place: &Place) -> Running {
    start_caddy(place, &place.adapted("Caddyfile"))
}

pub fn caddy_for_the_console(place: &Place) -> Running {
    let front = format!("http://{}", place.front);
    start_caddy(place, &place.adapted("console.Caddyfile").replace("tokens.example.com", &front))
}

fn start_caddy(place: &Place, recipe: &str) -> Running {
    let options = format!("{{\n\tadmin off\n\tauto_https off\n\tdefault_bind {}\n}}\n", place.front.ip());
    let whole = options + recipe;
    let mut command = Command::new(installed("caddy"));
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(place.write("Caddyfile", &whole));
    command.env("HOME", place.directory.path());
    Running::start(command, "serving initial configuration")
}

pub fn haproxy(place: &Place) -> Running {
    let script = place.write("tokenry.lua", &place.adapted("tokenry.lua"));
    let recipe =
        place.adapted("haproxy.cfg").replace("/etc/haproxy/tokenry.lua", &script.display().to_string());
    let mut command = Command::new(installed("haproxy"));
    command.arg("-W").arg("-f").arg(place.write("haproxy.cfg", &recipe));
    Running::start(command, "Loading success")
}

/// The path of a program. Debian keeps servers where only root's PATH leads.
fn installed(name: &str) -> String {
    let places = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];
    let found = places.iter().map(|place| format!("{place}/{name}")).find(|path| Path::new(path).exists());
    found.unwrap_or_else(|| panic!("the recipes are tested with {name}: .ci/toolchain test installs it"))
}

impl Running {
    /// Starts a program and waits until it says that it is ready.
    fn start(mut command: Command, ready: &'static str) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut running = Self(child.unwrap());
        let stderr = BufReader::new(running.0.stderr.take().unwrap());
        let (say, said) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                // Nobody listens any more once the program is ready.
                let _ = say.send(line);
            }
        });
        let mut log = String::new();
        while !log.contains(ready) {
            match said.recv_timeout(Duration::from_secs(30)) {
                Ok(line) => log = format!("{log}\n{line}"),
                Err(_) => panic!("it does not get ready: {log}"),
            }
        }
        running
    }
}

/// Ends the program also when the test fails halfway. It is asked rather than killed, because HAProxy has a child
/// process.
impl Drop for Running {
    fn drop(&mut self) {
        let asked = Command::new("kill").arg(self.0.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}
