use super::super::dates::{PartialDate, basic_timestamp};

#[test]
fn partial_dates() {
    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str)>) {
        let date = PartialDate::parse(text);
        let forms = date.map(|date| (date.extended(), date.basic()));
        let forms = forms
            .as_ref()
            .map(|(extended, basic)| (extended.as_str(), basic.as_str()));
        assert_eq!(forms, expected, "{text}");
    }
    for whole in [
        "1990-05-03",
        "19900503",
        "1990-5-3",
        "1990-05-03T10:11:12Z",
        "19900503T101112+0100",
        "1990-05-03 00:00:00",
    ] {
        check(whole, Some(("1990-05-03", "19900503")));
    }
    check("--05-03", Some(("--05-03", "--0503")));
    check("--0503", Some(("--05-03", "--0503")));
    check("--02-29", Some(("--02-29", "--0229")));
    check("1990-05", Some(("1990-05", "1990-05")));
    check("1990", Some(("1990", "1990")));
    check("--05", Some(("--05", "--05")));
    check("---03", Some(("---03", "---03")));
    check("2024-02-29", Some(("2024-02-29", "20240229")));
    for none in [
        "",
        "-",
        "--",
        "---",
        "T10",
        "circa 1800",
        "03.05.1990",
        "5/3/1990",
        "1990-13-01",
        "1990-02-30",
        "1999-02-29",
        "1990-00-01",
        "--0532",
        "--05-",
        "١٩٩٠",
        "19900503x",
        "--é503",
        "123456",
    ] {
        check(none, None);
    }
}

#[test]
fn timestamps() {
    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(basic_timestamp(text).as_deref(), expected, "{text}");
    }
    check("1995-10-31T22:27:10Z", Some("19951031T222710Z"));
    check("19951031T222710Z", Some("19951031T222710Z"));
    check("2024-05-03T10:11:12.345Z", Some("20240503T101112Z"));
    check("2024-05-03T10:11:12+01:00", Some("20240503T101112+0100"));
    check("2024-05-03T10:11:12-05:30", Some("20240503T101112-0530"));
    check("2024-05-03T10:11:12", Some("20240503T101112"));
    for none in [
        "",
        "2024-05-03",
        "yesterday",
        "2024-05-03T10",
        "2024-05-03Té:11:12Z",
        "Z",
        "+",
        "T",
    ] {
        check(none, None);
    }
}
