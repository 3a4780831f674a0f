use super::super::split;

#[track_caller]
fn check(file: &str, expected: &[&str]) {
    let cards: Vec<_> = split(file.as_bytes())
        .into_iter()
        .map(|card| std::str::from_utf8(card).expect("the fixtures are UTF-8"))
        .collect();
    assert_eq!(cards, expected);
}

#[test]
fn cards_come_as_they_are() {
    check("", &[]);
    check("no card\r\nFN:x\r\n", &[]);
    let one = "BEGIN:VCARD\r\nFN:A\r\n B\r\nEND:VCARD\r\n";
    let two = "begin:vcard\nFN:B\nend:vcard\n";
    check(&format!("\u{feff}{one}junk\n\n{two}"), &[one, two]);
}

#[test]
fn a_missing_end() {
    check(
        "BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\n",
        &["BEGIN:VCARD\nFN:A\n", "BEGIN:VCARD\nFN:B\nEND:VCARD\n"],
    );
    check("BEGIN:VCARD\nFN:A", &["BEGIN:VCARD\nFN:A"]);
    // A soft break that nothing follows does not swallow the END.
    let cut = "BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:a=\nEND:VCARD\n";
    check(&format!("{cut}{cut}"), &[cut, cut]);
}

#[test]
fn begins_with_nothing_between_are_one() {
    let pile = "BEGIN:VCARD\n".repeat(1000);
    check(&pile, &[&pile]);
    // What follows the pile is not spoilt by it.
    let card = "BEGIN:VCARD\nFN:A\nEND:VCARD\n";
    check(
        &format!("{card}{pile}\n{card}"),
        &[card, &format!("{pile}\n"), card],
    );
    // An AGENT's card may be empty, too.
    let agent = "BEGIN:VCARD\nFN:A\nAGENT:\nBEGIN:VCARD\nEND:VCARD\nEND:VCARD\n";
    check(&format!("{agent}{agent}"), &[agent, agent]);
}

#[test]
fn nested_agents_stay_inside() {
    let agent = "BEGIN:VCARD\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:B\nAGENT:\nBEGIN:VCARD\nFN:C\nEND:VCARD\nEND:VCARD\nTEL:1\nEND:VCARD\n";
    check(&format!("{agent}{agent}"), &[agent, agent]);
}
