//! A mail server on this machine that keeps what it gets, in a thread of its own.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

#[derive(Default)]
struct Got {
    /// Each with its recipient in front, as in `ada@example.com Subject: …`.
    mails: Vec<String>,
    /// What is answered to recipients instead of taking them.
    answers: HashMap<String, &'static str>,
    is_away: bool,
    is_silent: bool,
    is_locked: bool,
}

#[derive(Clone)]
pub struct MailSink {
    port: u16,
    got: Arc<Mutex<Got>>,
}

impl MailSink {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let sink = Self { port: listener.local_addr().unwrap().port(), got: Arc::default() };
        let listening = sink.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let sink = listening.clone();
                std::thread::spawn(move || sink.talk(stream.unwrap()));
            }
        });
        sink
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Takes no mail for this recipient.
    pub fn refuse(&self, recipient: &str) {
        self.answer(recipient, "550 nobody");
    }

    /// Answers this to that recipient.
    pub fn answer(&self, recipient: &str, answer: &'static str) {
        self.got.lock().unwrap().answers.insert(recipient.to_owned(), answer);
    }

    /// Takes connections and says nothing, or speaks again.
    pub fn be_silent(&self, is_silent: bool) {
        self.got.lock().unwrap().is_silent = is_silent;
    }

    /// Knows no password, or all of them.
    pub fn be_locked(&self, is_locked: bool) {
        self.got.lock().unwrap().is_locked = is_locked;
    }

    /// Takes nothing at all for now, or again.
    pub fn be_away(&self, is_away: bool) {
        self.got.lock().unwrap().is_away = is_away;
    }

    /// The mails so far, which are forgotten.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.got.lock().unwrap().mails)
    }

    fn talk(&self, mut stream: TcpStream) {
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let (is_away, is_silent) = {
            let got = self.got.lock().unwrap();
            (got.is_away, got.is_silent)
        };
        if is_silent {
            // Until the other side has had enough.
            while let Some(Ok(_)) = lines.next() {}
            return;
        }
        let _ = stream.write_all(if is_away { b"421 not now\r\n" } else { b"220 sink\r\n" });
        let mut recipient = String::new();
        while let Some(Ok(line)) = lines.next() {
            let answer = match line.get(..4).unwrap_or_default() {
                "EHLO" => "250-sink\r\n250 AUTH PLAIN",
                "AUTH" if self.got.lock().unwrap().is_locked => "535 5.7.8 wrong",
                "AUTH" => "235 come in",
                "RCPT" => {
                    recipient = line.split(['<', '>']).nth(1).unwrap().to_owned();
                    self.got.lock().unwrap().answers.get(&recipient).copied().unwrap_or("250 ok")
                }
                "DATA" => {
                    let _ = stream.write_all(b"354 go on\r\n");
                    let text: Vec<String> =
                        lines.by_ref().map(Result::unwrap).take_while(|line| line != ".").collect();
                    // Long lines are folded, and ends of them escaped.
                    let text = text.join("\n").replace("=\n", "").replace("\n ", " ");
                    self.got.lock().unwrap().mails.push(format!("{recipient} {text}"));
                    "250 taken"
                }
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            if stream.write_all(format!("{answer}\r\n").as_bytes()).is_err() {
                return;
            }
        }
    }
}
