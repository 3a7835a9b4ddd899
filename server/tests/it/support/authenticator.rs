//! An authenticator app, as a person has one.

use super::{TestApp, TestUser};
use app::service::Clock;
use totp_rs::{Builder, Secret, Totp};

pub struct App {
    totp: Totp,
    /// The recovery codes that came with it.
    pub codes: Vec<String>,
}

impl App {
    /// The app that reads this key.
    pub fn of(key: &str) -> Self {
        let secret = Secret::try_from_base32(key.replace(' ', "")).unwrap();
        Self { totp: Builder::new().with_secret(secret).build().unwrap(), codes: Vec::new() }
    }

    /// Sets one up as the profile does. Its first code is used then, so the clock moves on to the next.
    pub async fn set_up(app: &TestApp, user: &TestUser) -> Self {
        app.service.begin_app(&user.caller).await.unwrap();
        let begun = Self::of(&app.service.app_begun(&user.caller).await.unwrap().unwrap().key);
        let codes = app.service.confirm_app(&user.caller, &begun.code(app)).await.unwrap();
        app.clock.forward(30_000);
        let codes = codes.map(|new| new.codes.lines().map(str::to_owned).collect()).unwrap_or_default();
        Self { codes, ..begun }
    }

    /// The code that it shows now.
    pub fn code(&self, app: &TestApp) -> String {
        self.code_in(app, 0)
    }

    /// The code that it shows so many steps from now.
    pub fn code_in(&self, app: &TestApp, steps: i64) -> String {
        let seconds = app.clock.now().as_millis() / 1_000 + steps * 30;
        self.totp.generate(seconds.unsigned_abs()).to_string()
    }
}
