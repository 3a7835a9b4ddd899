use super::super::crypto::fingerprint;
use super::*;
use proptest::prelude::*;
use std::cmp::Ordering;

fn filter(text: &str) -> TokenFilter {
    TokenFilter { search: Some(text.to_owned()), ..TokenFilter::default() }
}

fn finds(text: &str, name: &str, description: &str) -> bool {
    needle(&filter(text)).is_some_and(|needle| search_text(name, description).contains(&needle))
}

fn in_order(names: &[&str]) -> bool {
    names.windows(2).all(|two| sort_key(two[0]) < sort_key(two[1]))
}

#[test]
fn names_that_look_the_same_share_a_key() {
    let latin = look_key("Paypal sync");
    assert_eq!(look_key("paypal SYNC"), latin);
    assert_eq!(look_key("Pаypаl sync"), latin, "Cyrillic а");
    assert_eq!(look_key("Ｐaypal sync"), latin, "full-width P");
    assert_eq!(look_key("Cafe\u{301}"), look_key("Café"), "composed or not");
    assert_eq!(look_key("می\u{200c}خواهم"), look_key("میخواهم"), "joined or not");
    assert_eq!(look_key("👩\u{200d}💻"), look_key("👩💻"));
    assert_eq!(look_key("❤\u{fe0f}"), look_key("❤"));
}

#[test]
fn names_that_look_different_keep_their_own_key() {
    assert_ne!(look_key("Billing sync"), look_key("Billing sync 2"));
    assert_ne!(look_key("Key 10"), look_key("Key 11"));
    assert_ne!(look_key("Café"), look_key("Cafe"));
}

#[test]
fn text_is_found_anywhere_in_names_and_descriptions_whatever_its_case() {
    assert!(finds("ILLING", "Billing sync", ""));
    assert!(finds("échelle", "ÉCHELLE", ""));
    assert!(finds("nightly  export", "Sync", "The nightly export"));
    assert!(!finds("billings", "Billing sync", ""));
}

#[test]
fn a_search_finds_what_is_the_same_text_for_people() {
    for (typed, name) in [
        ("e\u{301}chelle", "Échelle"),
        ("échelle", "E\u{301}chelle"),
        ("izmir", "İzmir"),
        ("İZMİR", "izmir"),
        ("isparta", "Isparta"),
        ("ısparta", "ISPARTA"),
        ("strasse", "Straße"),
        ("STRAẞE", "strasse"),
        ("ss", "Straße ß"),
        ("οδος", "ΟΔΟΣ"),
        ("ΟΔΟΣ", "οδος"),
        ("ａｐｉ", "API"),
        ("ｶﾞｷﾞ", "ガギ"),
        ("ﬁnance", "Finance"),
        ("می\u{200c}خواهم", "میخواهم"),
        ("👩💻", "👩\u{200d}💻 laptop"),
        ("ᏣᎳᎩ", "ꮳꮃꭹ"),
    ] {
        assert!(finds(typed, name, ""), "{typed:?} in {name:?}");
        assert!(finds(typed, "Sync", name), "{typed:?} in {name:?}, described");
    }
}

#[test]
fn one_or_two_characters_are_looked_for_where_words_begin() {
    assert!(finds("b", "Billing", "") && finds("sy", "Billing sync", "") && finds("中", "", "中文"));
    assert!(finds("k", "my_key", "") && finds("ke", "my-key", ""), "signs end a word");
    assert!(!finds("i", "Billing", "") && !finds("il", "Billing", ""));
}

#[test]
fn where_words_have_no_beginning_one_character_is_found_anywhere() {
    for (typed, name) in [
        ("_", "my_key"),
        ("'", "Ada's"),
        ("y_k", "my_key"),
        ("_k", "my_key"),
        ("京", "東京都"),
        ("京都", "東京都"),
        ("京都api", "東京都API"),
        ("ap", "東京都API"),
        ("결제", "월결제봇"),
        ("ボ", "ロボット"),
        ("ทย", "ภาษาไทย"),
        ("🚀", "Deploy🚀now"),
        ("%", "100% of it"),
    ] {
        assert!(finds(typed, name, ""), "{typed} in {name}");
    }
    assert!(!finds("京東", "東京都", "") && !finds("-", "my_key", "") && !finds("100%of", "100 of", ""));
}

#[test]
fn what_cannot_be_seen_is_found_nowhere_and_nothing_is_no_search() {
    assert!(!finds("\u{fe0f}", "Sync", ""));
    for nothing in [filter(""), filter("  "), TokenFilter::default()] {
        assert_eq!(needle(&nothing), None);
    }
}

#[test]
fn names_are_sorted_as_people_do() {
    assert!(in_order(&["srv 1", "srv 02", "srv 2a", "srv 9", "srv 10", "srv 11", "srv 100"]));
    assert!(in_order(&["m2m", "rn team"]), "not by their looks");
    assert!(in_order(&["Äpfel", "apple", "Apple pie", "banana", "Éclair", "zebra"]));
    assert!(in_order(&["cote", "coté", "côte", "Cotex"]));
    assert!(in_order(&["alpha", "Alpha", "alpha 2", "ÁLPHA 3", "beta"]));
    assert!(in_order(&["Lodz", "Łódź", "Lund", "naïve", "Naïve 2", "zebra", "Ωmega", "東京"]));
    assert!(in_order(&["_key", "1 key", "key"]), "signs, then digits, then letters");
    assert_eq!(sort_key("Cafe\u{301}"), sort_key("Café"));
}

#[test]
fn the_longest_name_has_a_key_of_a_bounded_length_before_the_end_of_all() {
    for widest in ["\u{fdfa}", "漢", "é", "9", "🫖", "\u{10fffd}"] {
        let key = sort_key(&widest.repeat(80));
        assert!(!key.is_empty() && key.len() <= SORT_KEY_BYTES_MAX, "{widest}: {}", key.len());
        assert!(key < vec![0xFF; 8], "{widest}");
    }
}

#[test]
fn two_spellings_of_an_address_share_a_key() {
    for (one, other) in [
        ("Ada@Example.COM", "ada@example.com"),
        ("  ada@example.com\t", "ada@example.com"),
        ("user@münchen.example", "user@xn--mnchen-3ya.example"),
        ("USER@MÜNCHEN.example", "user@xn--mnchen-3ya.example"),
        ("user@mu\u{308}nchen.example", "user@xn--mnchen-3ya.example"),
        ("user@XN--MNCHEN-3YA.example", "user@xn--mnchen-3ya.example"),
        ("user@straße.example", "user@xn--strae-oqa.example"),
        ("zoë@example.com", "zoe\u{308}@example.com"),
        ("ZOË@example.com", "zoë@example.com"),
    ] {
        assert_eq!(email_key(one), email_key(other), "{one}");
    }
    assert_ne!(email_key("zoë@example.com"), email_key("zoe@example.com"));
    // Text without a valid domain is its own key, as it was stored before.
    for odd in ["", "nobody", "a@", "a@b c", "a@xn--zzzzzz", "a@foo_bar", "a@-x-", "a@127.0.0.1", "@"] {
        assert_eq!(email_key(odd), odd, "{odd}");
    }
}

/// The stored keys come from these tables. If this fails, raise [`NAMES_VERSION`] and write the new fingerprint here.
#[test]
fn a_new_version_of_the_tables_is_noticed() {
    let mut all = Vec::new();
    for c in (0..0x11_0000_u32).filter(|n| *n < 0x3000 || n % 37 == 0).filter_map(char::from_u32) {
        let text = c.to_string();
        all.extend(sort_key(&text));
        all.extend(folded(&text).bytes());
        all.extend(look_key(&text).bytes());
    }
    assert_eq!((NAMES_VERSION, fingerprint(&all).as_str()), (1, "70a3c92f62a36a385ebe6c2f2081cfdf"));
}

proptest! {
    #[test]
    fn folding_again_changes_nothing(text in "\\PC{0,40}|[iIİıßẞſσςΣ\u{307}\u{301}\u{345}ﬁǆ㎏ａ ]{0,20}") {
        let once = folded(&text);
        prop_assert_eq!(folded(&once), once);
        let words = in_words(&folded(&text));
        prop_assert_eq!(in_words(&folded(&words)), words);
    }

    #[test]
    fn a_name_is_found_by_any_part_of_it(name in "[a-zA-Z0-9éÉßİ東京都ロ_.' -]{3,20}", from in 0usize..20, many in 3usize..10) {
        let part: String = name.chars().skip(from).take(many).collect();
        prop_assume!(part.trim().chars().count() >= 3);
        prop_assert!(finds(&part, &name, ""));
    }

    #[test]
    fn where_no_spaces_are_written_a_name_is_found_by_each_of_its_characters(name in "[東京都結果ロボット월결제봇_'%+🚀]{1,20}") {
        for c in name.chars() {
            prop_assert!(finds(&c.to_string(), &name, ""), "{}", c);
        }
    }

    #[test]
    fn a_name_is_found_by_the_beginning_of_each_word(name in "[a-zéß]{1,6}( [A-Z0-9]{1,6}){0,3}", many in 1usize..5) {
        for word in name.split(' ') {
            let part: String = word.chars().take(many).collect();
            prop_assert!(finds(&part, &name, ""), "{}", part);
        }
    }

    #[test]
    fn searching_and_sorting_never_panic(text in ".{0,120}") {
        let _ = (needle(&filter(&text)), sort_key(&text), look_key(&text), email_key(&text));
    }

    #[test]
    fn numbers_are_sorted_by_value(a: u32, b: u32) {
        let by_key = sort_key(&format!("srv {a}")).cmp(&sort_key(&format!("srv {b}")));
        prop_assert_eq!(by_key, a.cmp(&b));
    }

    #[test]
    fn an_order_is_that_of_the_collator(a in "\\PC{1,20}", b in "\\PC{1,20}") {
        let Some(collator) = LazyLock::force(&COLLATOR) else { return Ok(()) };
        let by_key = sort_key(&a).cmp(&sort_key(&b));
        prop_assert!(by_key == collator.compare(&a, &b) || by_key == Ordering::Equal);
    }

    #[test]
    fn an_address_keeps_its_key(text in "[a-zA-Zëß.]{1,8}@[a-zA-ZüßÉ東京.-]{1,12}") {
        prop_assert_eq!(email_key(&email_key(&text)), email_key(&text));
    }
}
