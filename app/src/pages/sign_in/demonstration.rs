//! The hint on the sign-in page of a demonstration: how to sign in as somebody else.

use leptos::prelude::*;

/// People in the sample data, and the password of all of them.
#[derive(Clone, Copy, Debug)]
pub struct Demonstration {
    pub password: &'static str,
    /// Their roles and e-mail addresses.
    pub people: [(&'static str, &'static str); 3],
}

impl Demonstration {
    pub fn who_can_sign_in(self) -> impl IntoView {
        view! {
            <div class="field-hint sample-people">
                <p>"All sample accounts have the password " <code>{self.password}</code></p>
                <ul>
                    {self.people.map(|(role, email)| view! { <li><code>{email}</code>" (" {role} ")"</li> }).collect_view()}
                </ul>
            </div>
        }
    }
}
