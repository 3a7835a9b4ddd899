//! A change: one server function, which a hydrated form calls directly and a plain post of the same form leads to.

use crate::domain::{Done, Error};
use leptos::server_fn::ServerFn;
#[cfg(feature = "ssr")]
use serde::de::DeserializeOwned;

/// A server function that a form calls. Its one argument is the content of the form.
#[cfg(feature = "ssr")]
pub trait Change: ServerFn<Error = Error, Output = Done> + From<Self::Form> + 'static {
    type Form: DeserializeOwned;
}

#[cfg(not(feature = "ssr"))]
pub trait Change: ServerFn<Error = Error, Output = Done> + 'static {}

/// Declares the form of each server function.
macro_rules! change {
    ($($change:ident($form:ty)),+ $(,)?) => {$(
        impl $crate::server_fns::Change for $change {
            #[cfg(feature = "ssr")]
            type Form = $form;
        }
    )+};
}

pub(crate) use change;
