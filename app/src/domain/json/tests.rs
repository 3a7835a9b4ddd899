use super::*;
use crate::domain::{
    Done, Error, Field, FieldError, Held, HourlyUsage, LastPermissionUse, Permission, Timestamp,
};
use proptest::prelude::*;
use serde::Serialize;
use std::collections::HashMap;

fn assert_is_read_as_written<T: DeserializeOwned + Serialize + PartialEq + fmt::Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap_or_default();
    assert_eq!(from_json::<T>(&text).as_ref(), Some(value), "{text}");
}

#[test]
fn what_the_server_writes_is_read() {
    assert_is_read_as_written(&Error::field(Field::ExpiresAt, "too_late", "“\\\"\n\u{1}” 漢"));
    assert_is_read_as_written(&Error::Invalid { errors: vec![] });
    assert_is_read_as_written(&Error::TooMany { seconds: 7 });
    assert_is_read_as_written(&Error::NotFound);
    assert_is_read_as_written(&Done::said("Saved “A”."));
    assert_is_read_as_written(&Done::Elsewhere {
        to: "/overview".to_owned(),
        said: String::new(),
        undo: Some("/settings/tokens/1/restore".to_owned()),
    });
    assert_is_read_as_written(&[
        LastPermissionUse::Never,
        LastPermissionUse::At(Timestamp::from_millis(-5)),
        LastPermissionUse::Unknown,
    ]);
    let mut usage = HourlyUsage::default();
    usage.hours[3] = (u64::MAX, 1);
    assert_is_read_as_written(&usage);
    let permissions = ["projects:read", "tokenry.tokens:read"].map(|name| name.parse::<Permission>().ok());
    let held: Held = permissions.into_iter().flatten().map(|permission| (permission, 2)).collect();
    assert_is_read_as_written(&held);
    assert_is_read_as_written(&());
    assert_is_read_as_written(&(true, Some(false), None::<u8>, [i64::MIN, i64::MAX]));
    assert_is_read_as_written(&HashMap::from([
        ("a".to_owned(), Some(vec![1_u32, 2])),
        (String::new(), None),
    ]));
    assert_is_read_as_written(&Ok::<_, Error>(vec!["a".to_owned()]));
    assert_is_read_as_written(&Err::<Vec<String>, _>(Error::SignedOut));
}

#[test]
fn white_space_and_what_nobody_asked_for_are_passed_over() {
    let text = " {\n \"more\" : {\"a\": [1.5e3, \"}]\", null, {}], \"b\": -1}, \"last\": true,\t\"field\": \"name\" ,
        \"code\":\"\\u0063\\/\", \"detail\":\"d\", \"none\":[] }\r\n";
    assert_eq!(from_json(text), Some(FieldError::new(Field::Name, "c/", "d")));
}

#[test]
fn what_is_something_else_is_not_read() {
    for text in
        ["", " ", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1] 2", "[1.5]", "[-]", "{}", "null", "[256]"]
    {
        assert_eq!(from_json::<Vec<u8>>(text), None, "{text:?}");
    }
    for text in ["\"", "\"a", "\"\\", "\"\\x\"", "\"\\u00\"", "\"\\ud83d\\ude00\"", "\"a\"b", "1"] {
        assert_eq!(from_json::<String>(text), None, "{text:?}");
    }
    for text in ["\"said\"", "{\"said\"}", "{\"said\":1}", "{\"said\":\"a\"", "{\"nothing\":\"a\"}", "{}"] {
        assert_eq!(from_json::<Done>(text), None, "{text:?}");
    }
    for text in ["{\"not_found\":null}", "{\"invalid\":{}}", "\"invalid\"", "{\"too_many\":{\"seconds\":-1}}"]
    {
        assert_eq!(from_json::<Error>(text), None, "{text:?}");
    }
    assert_eq!(from_json::<FieldError>("[\"name\",\"c\",\"d\"]"), None);
}

proptest! {
    #[test]
    fn any_text_is_read_as_it_was_written(text in any::<String>(), number in any::<i64>()) {
        assert_is_read_as_written(&(text, number));
    }

    #[test]
    fn reading_never_panics(text in "\\PC*|[\\[\\]{}\",:\\\\nu0-9é -]{0,40}") {
        let _ = from_json::<Vec<Option<String>>>(&text);
        let _ = from_json::<Error>(&text);
        let _ = from_json::<FieldError>(&text);
        let mut reader = Reader { rest: &text };
        let _ = reader.skip();
    }
}
