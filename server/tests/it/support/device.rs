//! A device with a passkey: an authenticator in software, with a counter (W3C Web Authentication, 6.1 and 6.5).

use app::service::KeyDigest;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};

pub const ORIGIN: &str = "http://localhost:3000";

#[derive(Clone)]
pub struct Device {
    key: SigningKey,
    id: Vec<u8>,
    /// The person that it keeps the passkey for, as the server calls them.
    handle: String,
    pub counter: u32,
    pub origin: String,
    pub site: String,
    pub verifies: bool,
}

fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

impl Device {
    /// A new one, of many that are all different.
    pub fn new(number: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&[number; 32]).unwrap(),
            id: vec![number; 16],
            handle: String::new(),
            counter: 1,
            origin: ORIGIN.to_owned(),
            site: "localhost".to_owned(),
            verifies: true,
        }
    }

    /// The answer to the challenge for a new passkey.
    pub fn make(&mut self, begun: &Value) -> String {
        self.handle = begun["publicKey"]["user"]["id"].as_str().unwrap().to_owned();
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        let cose = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], x, &[0x22, 0x58, 32], y].concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let attested = [&[0; 16][..], &length, &self.id, &cose].concat();
        let data = [self.data(0x40), attested].concat();
        let size = u16::try_from(data.len()).unwrap().to_be_bytes();
        let object = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59", &size[..], &data].concat();
        let client = self.client("webauthn.create", begun);
        let response =
            json!({ "attestationObject": text(&object), "clientDataJSON": text(client.as_bytes()) });
        self.answer(begun, response)
    }

    /// The answer to the challenge of a sign-in.
    pub fn sign(&mut self, begun: &Value) -> String {
        self.counter += 1;
        let (data, client) = (self.data(0), self.client("webauthn.get", begun));
        let signed = [&data[..], KeyDigest::of(client.as_bytes()).as_bytes()].concat();
        let signature: Signature = self.key.sign(&signed);
        let response = json!({
            "authenticatorData": text(&data),
            "clientDataJSON": text(client.as_bytes()),
            "signature": text(signature.to_der().as_bytes()),
            "userHandle": self.handle,
        });
        self.answer(begun, response)
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let flags = 1 | if self.verifies { 4 } else { 0 } | more;
        let site = KeyDigest::of(self.site.as_bytes());
        [&site.as_bytes()[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn client(&self, kind: &str, begun: &Value) -> String {
        let challenge = &begun["publicKey"]["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
    }

    fn answer(&self, begun: &Value, response: Value) -> String {
        let id = text(&self.id);
        let credential = json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {}, "response": response,
        });
        json!({ "ceremony": begun["ceremony"], "credential": credential }).to_string()
    }
}
