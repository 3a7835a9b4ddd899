//! A small company that sends parcels: who works there, and what its API can do.

use app::domain::{PersonForm, ResourceForm, Role, Visit};
use uuid::Uuid;

pub const NAME: &str = "Pelican Parcel";
/// The password of everybody.
pub const PASSWORD: &str = "paper boats leave at noon";

pub struct Employee {
    /// The name by which the sample tokens refer to them.
    pub first: &'static str,
    name: &'static str,
    pub email: &'static str,
    role: Role,
    /// Days since they were invited.
    pub invited: i64,
    address: &'static str,
    browser: &'static str,
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// The first one sets everything up. The last one has not accepted her invitation yet.
pub const PEOPLE: [Employee; 8] = [
    employee(("ada", "Ada Moreau", "ada@pelican.example"), Role::Admin, 120, ("203.0.113.21", FIREFOX)),
    employee(
        ("tomas", "Tomas Lindqvist", "tomas@pelican.example"),
        Role::Member,
        119,
        ("203.0.113.34", FIREFOX),
    ),
    employee(
        ("ines", "Ines Okafor", "ines@pelican.example"),
        Role::Member,
        118,
        ("2001:db8:4a:11::9", SAFARI),
    ),
    employee(("noor", "Noor Haddad", "noor@pelican.example"), Role::Member, 116, ("203.0.113.57", CHROME)),
    employee(("yuki", "Yuki Tanabe", "yuki@pelican.example"), Role::Member, 114, ("203.0.113.58", CHROME)),
    employee(
        ("oskar", "Oskar Weiss", "oskar@pelican.example"),
        Role::Member,
        113,
        ("198.51.100.201", CHROME),
    ),
    employee(("vera", "Vera Berg", "vera@pelican.example"), Role::Viewer, 87, ("192.0.2.143", SAFARI)),
    employee(("priya", "Priya Raman", "priya@pelican.example"), Role::Member, 1, ("", "")),
];

const fn employee(
    (first, name, email): (&'static str, &'static str, &'static str),
    role: Role,
    invited: i64,
    (address, browser): (&'static str, &'static str),
) -> Employee {
    Employee { first, name, email, role, invited, address, browser }
}

impl Employee {
    pub fn form(&self) -> PersonForm {
        PersonForm { name: self.name.to_owned(), email: self.email.to_owned(), role: self.role.to_string() }
    }

    /// A visit from their address, in their browser.
    pub fn visit(&self) -> Visit {
        Visit {
            address: self.address.to_owned(),
            client: self.browser.to_owned(),
            request_id: Uuid::new_v4().to_string(),
            is_led_here: false,
        }
    }
}

/// The resources of their API, in place of those that an installation starts with.
pub fn resources() -> [ResourceForm; 7] {
    let resource = |name: &str, description: &str, actions: &str| ResourceForm {
        name: name.to_owned(),
        label: String::new(),
        description: description.to_owned(),
        actions: actions.replace(", ", "\n"),
    };
    [
        resource(
            "shipments",
            "Parcels, from the order to the door",
            "read = Read, write = Book and change, cancel = Cancel",
        ),
        resource("labels", "What is stuck onto parcels", "read = Read, print = Print"),
        resource("tracking", "Where a parcel is", "read = Read"),
        resource("customers", "Who sends and who receives", "read = Read, write = Write"),
        resource(
            "invoices",
            "What is owed, and what is paid back",
            "read = Read, write = Write, refund = Refund",
        ),
        resource("warehouses", "Halls, shelves and what lies in them", "read = Read, write = Write"),
        resource("reports", "Numbers for those who decide", "read = Read"),
    ]
}

/// A resource of theirs that they later gave up.
pub fn given_up() -> ResourceForm {
    ResourceForm {
        name: "pickups".to_owned(),
        description: "Fetching parcels from shops".to_owned(),
        ..ResourceForm::new()
    }
}

/// Whose tokens nobody takes along when they leave: a service account, and the group of its stewards.
pub const NIGHTLY: (&str, &str) = ("Nightly jobs", "Compares, counts and reports while everybody sleeps");
pub const BILLING: (&str, &str) = ("Billing", "What is owed, and who looks after it");

/// The resources of a new installation that they have no use for. They keep `webhooks`.
pub const UNWANTED: [&str; 3] = ["projects", "members", "billing"];

/// What happens there besides the tokens: the days since, the minute of the day, the deed, and the first name of the
/// person who does it or to whom it is done.
pub fn events() -> impl Iterator<Item = (i64, i64, &'static str, &'static str)> {
    let invited = PEOPLE[1..].iter().map(|employee| (employee.invited, 550, "invite", employee.first));
    let joined = invited.clone().filter(|(day, ..)| *day > 1).map(|(day, .., who)| (day, 597, "join", who));
    let others = [
        (100, 450, "promote", "tomas"),
        (41, 472, "mistype", "ines"),
        (33, 1_040, "export", "vera"),
        (31, 610, "automate", "noor"),
        (25, 1_050, "leave", "oskar"),
        (19, 1_065, "give up", "ada"),
        (12, 1_030, "try in vain", "vera"),
    ];
    invited.chain(joined).chain(others)
}
