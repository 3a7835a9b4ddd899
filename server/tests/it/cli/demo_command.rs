//! `tokenry demo`, run by somebody who has never seen Tokenry.

use crate::support::binary::Machine;

#[test]
fn it_starts_signed_in_and_leaves_nothing_behind() {
    for signal in ["-TERM", "-INT", "-HUP"] {
        let machine = Machine::new();
        let demo = machine.demo();
        assert_eq!(machine.files().len(), 1, "its directory, and nothing else");
        let page = demo.ask("GET", "/settings/tokens", "", "");
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        assert!(page.contains("This is a demonstration") && page.contains("Pelican Parcel"), "{page}");
        assert_eq!(demo.code, None, "there is nothing to set up");
        demo.end_by(signal);
        assert_eq!(machine.files(), Vec::<std::path::PathBuf>::new(), "{signal}");
    }
}

#[test]
fn the_question_that_it_prints_is_answered() {
    let machine = Machine::new();
    let demo = machine.demo();
    let out = demo.printed(" -d '");
    let part = |before: &str, after: &str| {
        let (_, rest) = out.split_once(before).unwrap_or_else(|| panic!("{before}: {out}"));
        rest.split(after).next().unwrap().to_owned()
    };
    assert_eq!(part("Open ", ": "), part("curl ", "/v1/verify"));
    let answer = demo.post_json("/v1/verify", &part("Bearer ", "'"), &part("-d '", "'"));
    assert!(answer.contains("\"verdict\":\"valid\""), "{answer}");
    assert!(answer.contains("Storefront (production)"), "{answer}");
}

#[test]
fn whoever_is_not_on_this_machine_could_not_be_let_in() {
    let machine = Machine::new();
    for open in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let ran = machine.run_bare(&["demo", "--listen", open]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{}", ran.err);
        assert!(ran.err.contains("so it listens on this machine only, and not on"), "{}", ran.err);
    }
    assert!(machine.files().is_empty(), "nothing was made");
}
