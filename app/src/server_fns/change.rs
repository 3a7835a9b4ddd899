//! A change: one server function, which a hydrated form calls, and which the plain post of the same form leads to.

use crate::domain::{Done, Error};
use leptos::server_fn::ServerFn;
#[cfg(feature = "ssr")]
use serde::de::DeserializeOwned;

/// A server function that a form calls. Its one argument is what the form sends.
#[cfg(feature = "ssr")]
pub trait Change: ServerFn<Error = Error, Output = Done> + From<Self::Form> + 'static {
    type Form: DeserializeOwned;
}

#[cfg(not(feature = "ssr"))]
pub trait Change: ServerFn<Error = Error, Output = Done> + 'static {}

/// Says of a server function what its form is.
macro_rules! change {
    ($($change:ident($form:ty)),+ $(,)?) => {$(
        impl $crate::server_fns::Change for $change {
            #[cfg(feature = "ssr")]
            type Form = $form;
        }
    )+};
}

pub(crate) use change;
