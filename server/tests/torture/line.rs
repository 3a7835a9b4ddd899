//! One connection to the server from a chosen local address: a request, its answer, the next request.

use serde_json::{Value, json};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// The longest that anybody waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Line {
    stream: TcpStream,
    secret: String,
}

pub struct Answer {
    pub status: u16,
    pub body: Value,
}

/// A connection from 127.0.0.`last`.
pub async fn connect(to: SocketAddr, last: u8) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::new(127, 0, 0, last), 0).into())?;
    timeout(PATIENCE, socket.connect(to)).await?
}

impl Line {
    pub async fn open(to: SocketAddr, last: u8, secret: &str) -> io::Result<Self> {
        let stream = connect(to, last).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, secret: secret.to_owned() })
    }

    /// Presents this secret from now on.
    pub fn show(&mut self, secret: &str) {
        secret.clone_into(&mut self.secret);
    }

    pub async fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> io::Result<Answer> {
        timeout(PATIENCE, self.ask_patiently(method, path, body)).await?
    }

    async fn ask_patiently(&mut self, method: &str, path: &str, body: Option<&Value>) -> io::Result<Answer> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n{kind}Content-Length: {}\r\n\r\n{body}",
            self.secret,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        let mut read = Vec::new();
        let head = loop {
            if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.read_more(&mut read).await?;
        };
        let text = String::from_utf8_lossy(&read[..head]).to_lowercase();
        let status = text
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or(io::ErrorKind::InvalidData)?;
        let length = text.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next());
        let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or_default();
        while read.len() < head + length {
            self.read_more(&mut read).await?;
        }
        Ok(Answer { status, body: serde_json::from_slice(&read[head..]).unwrap_or_default() })
    }

    async fn read_more(&mut self, read: &mut Vec<u8>) -> io::Result<()> {
        match self.stream.read_buf(read).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    pub async fn create(&mut self, name: &str) -> io::Result<Answer> {
        self.ask("POST", "/v1/tokens", Some(&json!({ "name": name, "permissions": ["projects:read"] }))).await
    }

    /// The verdicts on these secrets, in the same order.
    pub async fn verdicts(&mut self, secrets: &[&str]) -> io::Result<Vec<String>> {
        let mut verdicts = Vec::new();
        for hundred in secrets.chunks(100) {
            let items: Vec<Value> = hundred.iter().map(|secret| json!({ "secret": secret })).collect();
            let answer = self.ask("POST", "/v1/verify/batch", Some(&json!({ "items": items }))).await?;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let items = answer.body["items"].as_array().cloned().unwrap_or_default();
            verdicts.extend(items.iter().map(|item| item["verdict"].as_str().unwrap_or_default().to_owned()));
        }
        Ok(verdicts)
    }

    pub async fn verdict(&mut self, secret: &str) -> io::Result<Answer> {
        self.ask("POST", "/v1/verify", Some(&json!({ "secret": secret }))).await
    }
}
