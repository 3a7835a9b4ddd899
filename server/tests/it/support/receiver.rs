//! A receiver of webhooks on this machine, in a thread of its own.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

/// A message as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub path: String,
    head: String,
    pub body: String,
}

impl Message {
    pub fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_default()
    }

    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    /// The number of the line of the audit log.
    pub fn line(&self) -> i64 {
        self.json()["data"]["id"].as_i64().unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// The answer to one message.
#[derive(Clone, Debug)]
pub enum Reply {
    Status(u16),
    Redirect(String),
    /// None, for as long as the sender waits.
    Silence,
}

#[derive(Default)]
struct Got {
    messages: Vec<Message>,
    /// Answers to the next messages; 204 to all others.
    replies: VecDeque<Reply>,
}

#[derive(Clone)]
pub struct Receiver {
    pub port: u16,
    got: Arc<(Mutex<Got>, Condvar)>,
}

impl Receiver {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self { port: listener.local_addr().unwrap().port(), got: Arc::default() };
        let listening = receiver.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let receiver = listening.clone();
                std::thread::spawn(move || receiver.answer(stream.unwrap()));
            }
        });
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// What is answered to the next messages.
    pub fn reply(&self, replies: impl IntoIterator<Item = Reply>) {
        self.got.0.lock().unwrap().replies.extend(replies);
    }

    pub fn messages(&self) -> Vec<Message> {
        self.got.0.lock().unwrap().messages.clone()
    }

    /// The messages, as soon as there are so many.
    pub fn until(&self, count: usize) -> Vec<Message> {
        let got = self.got.0.lock().unwrap();
        let wait =
            self.got.1.wait_timeout_while(got, Duration::from_secs(40), |got| got.messages.len() < count);
        let messages = wait.unwrap().0.messages.clone();
        assert!(messages.len() >= count, "{} of {count} came", messages.len());
        messages
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or_default() == 0 {
                return;
            }
        }
        let head = head.replace("\r\n", "\n");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let mut body = vec![0; length.parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        let reply = {
            let mut got = self.got.0.lock().unwrap();
            got.messages.push(Message { path, head, body: String::from_utf8(body).unwrap() });
            self.got.1.notify_all();
            got.replies.pop_front().unwrap_or(Reply::Status(204))
        };
        let answer = match reply {
            Reply::Status(status) => format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n"),
            Reply::Redirect(to) => format!("HTTP/1.1 302 x\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"),
            Reply::Silence => {
                // Until the sender hangs up.
                let _ = reader.read(&mut [0]);
                return;
            }
        };
        let _ = stream.write_all(answer.as_bytes());
    }
}
