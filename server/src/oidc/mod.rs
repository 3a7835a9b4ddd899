//! Identity providers (OpenID Connect Core 1.0): who they are, what they publish, and whether what they say is true.
//! What follows from it is decided by the service.

mod claims;
mod issuer;
pub mod provider;
pub mod settings;
pub mod token;
pub mod trust;

use provider::Provider;
use settings::ProviderSettings;

/// The identity providers of the operator's configuration, in their order.
#[derive(Default)]
pub struct Providers(Vec<Provider>);

impl Providers {
    /// `origin` is the URL that people open; providers send them back there.
    pub fn new(settings: Vec<ProviderSettings>, origin: &str) -> Self {
        Self(settings.into_iter().map(|settings| Provider::new(settings, origin)).collect())
    }

    pub fn find(&self, name: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.settings.name == name)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter()
    }
}
