//! A request as prepared bytes, and the few parts of an answer that matter.

use std::{net::SocketAddr, rc::Rc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One request for many secrets of the same length; only the secret differs.
#[derive(Clone)]
pub struct VerifyRequest {
    template: Rc<[u8]>,
    /// The position of the secret.
    at: usize,
    width: usize,
    secrets: Rc<[u8]>,
    /// Bytes that the body of a good answer contains.
    expected: &'static [u8],
}

/// The placeholder for the secret in a template.
pub const SECRET: &str = "{secret}";

impl VerifyRequest {
    /// `head` is the request line and the headers, without `Content-Length` and the empty line.
    pub fn new<'a>(
        head: &str,
        body: &str,
        secrets: impl IntoIterator<Item = &'a str>,
        expected: &'static str,
    ) -> Self {
        let all: Vec<&str> = secrets.into_iter().collect();
        let width = all.first().unwrap().len();
        assert!(all.iter().all(|secret| secret.len() == width), "secrets are of one length");
        let body = body.replace(SECRET, all.first().unwrap());
        let template = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        let at = template.rfind(all.first().unwrap()).unwrap();
        Self {
            template: template.into_bytes().into(),
            at,
            width,
            secrets: all.concat().into_bytes().into(),
            expected: expected.as_bytes(),
        }
    }

    /// The same request for only some of its secrets.
    pub fn about(&self, choice: impl IntoIterator<Item = usize>) -> Self {
        let chosen = choice.into_iter().flat_map(|n| self.secret(n).iter().copied());
        Self { secrets: chosen.collect(), ..self.clone() }
    }

    pub fn count(&self) -> usize {
        self.secrets.len() / self.width
    }

    fn secret(&self, n: usize) -> &[u8] {
        &self.secrets[n * self.width..][..self.width]
    }
}

/// An open connection that sends one request again and again.
pub struct Line {
    stream: TcpStream,
    request: VerifyRequest,
    sent: Vec<u8>,
    got: Vec<u8>,
}

impl Line {
    pub async fn open(address: SocketAddr, request: &VerifyRequest) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let sent = request.template.to_vec();
        Self { stream, request: request.clone(), sent, got: Vec::with_capacity(16 * 1024) }
    }

    /// Asks about the n-th secret, starting over after the last. Returns whether the answer is the expected one.
    pub async fn ask(&mut self, n: usize) -> bool {
        let VerifyRequest { at, width, expected, .. } = self.request;
        let secret = self.request.secret(n % self.request.count());
        self.sent[at..][..width].copy_from_slice(secret);
        self.stream.write_all(&self.sent).await.unwrap();
        self.got.clear();
        loop {
            let read = self.stream.read_buf(&mut self.got).await.unwrap();
            assert!(read > 0, "the server closed: {}", String::from_utf8_lossy(&self.got));
            if let Some((good, body)) = answer(&self.got) {
                return good && (expected.is_empty() || body.windows(expected.len()).any(|w| w == expected));
            }
        }
    }

    /// The last answer, to be printed when it is a surprise.
    pub fn last(&self) -> String {
        String::from_utf8_lossy(&self.got).into_owned()
    }
}

/// Whether the answer is a success, and its body, once all of it has arrived.
fn answer(bytes: &[u8]) -> Option<(bool, &[u8])> {
    const LENGTH: &[u8] = b"content-length:";
    let (mut rest, mut length) = (bytes, 0);
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let line = rest[..end].trim_ascii_end();
        rest = &rest[end + 1..];
        if line.is_empty() {
            break;
        }
        if line.len() > LENGTH.len() && line[..LENGTH.len()].eq_ignore_ascii_case(LENGTH) {
            let digits = std::str::from_utf8(&line[LENGTH.len()..]).unwrap();
            length = digits.trim().parse().unwrap();
        }
    }
    (rest.len() >= length).then(|| (bytes[9..].starts_with(b"2"), &rest[..length]))
}

/// Sends a request on its own connection. Returns the status and the whole answer.
pub async fn once(address: SocketAddr, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut got = Vec::new();
    stream.read_to_end(&mut got).await.unwrap();
    let text = String::from_utf8_lossy(&got).into_owned();
    let status = text.get(9..12).and_then(|code| code.parse().ok());
    (status.unwrap_or_default(), text)
}
