use chrono::{Duration, NaiveDate, NaiveDateTime};
use proptest::prelude::*;

use super::super::{Series, read, zone};
use super::calendar;

/// Lays the events out (their lines, `BEGIN` and `END` added, more than one separated by `--`) and shows each occurrence
/// as start and end in the owner's zone, `*` when an override made it. The days are `from..to`.
fn laid_out(events: &str, days: &str, owner: &str) -> Vec<String> {
    let text: String = events
        .split("--")
        .map(|lines| format!("BEGIN:VEVENT\nUID:u\n{}\nEND:VEVENT\n", lines.trim()))
        .collect();
    let entries = read(calendar(&text).as_bytes());
    assert_eq!(entries.warnings, [], "{events}");
    let (from, to) = days.split_once("..").unwrap();
    let series = Series::of(&entries.value);
    let found = series.between(from.parse().unwrap(), to.parse().unwrap(), zone(owner).unwrap());
    let show = |wall: NaiveDateTime| wall.format("%m-%dT%H:%M").to_string();
    let mut shown: Vec<String> = found
        .list
        .iter()
        .map(|one| {
            let mark = if one.changed { "*" } else { "" };
            format!("{} {}{mark}", show(one.start), show(one.end))
        })
        .collect();
    if series.is_broken() {
        shown.push("broken".to_owned());
    }
    if found.cut {
        shown.push("cut".to_owned());
    }
    shown
}

#[track_caller]
fn check(events: &str, days: &str, owner: &str, expected: &[&str]) {
    assert_eq!(
        laid_out(events, days, owner),
        expected,
        "{events}\n{days} {owner}"
    );
}

#[test]
fn single_events_at_the_edges_of_the_days() {
    let night = "DTSTART;TZID=Europe/Berlin:20240503T220000\nDTEND;TZID=Europe/Berlin:20240504T020000";
    let shown = ["05-03T22:00 05-04T02:00"];
    for (days, expected) in [
        ("2024-05-03..2024-05-04", &shown[..]),
        ("2024-05-04..2024-05-05", &shown[..]),
        ("2024-05-05..2024-05-06", &[]),
        ("2024-05-02..2024-05-03", &[]),
    ] {
        check(night, days, "Europe/Berlin", expected);
    }
    // What ends at midnight does not touch the day that begins then; what takes no time does.
    let evening = "DTSTART;TZID=Europe/Berlin:20240503T220000\nDURATION:PT2H";
    check(evening, "2024-05-04..2024-05-05", "Europe/Berlin", &[]);
    let moment = "DTSTART;TZID=Europe/Berlin:20240504T000000";
    check(
        moment,
        "2024-05-04..2024-05-05",
        "Europe/Berlin",
        &["05-04T00:00 05-04T00:00"],
    );
    check(moment, "2024-05-03..2024-05-04", "Europe/Berlin", &[]);
    check("SUMMARY:no start", "2024-05-03..2024-05-04", "Europe/Berlin", &[]);
    // Begun long before, and not over.
    let long = "DTSTART:20200101T000000Z\nDTEND:20300101T000000Z";
    check(
        long,
        "2024-05-03..2024-05-04",
        "Asia/Kathmandu",
        &["01-01T05:45 01-01T05:45"],
    );
}

#[test]
fn one_instant_in_three_zones() {
    for start in [
        "DTSTART;TZID=Europe/Berlin:20240503T200000",
        "DTSTART;TZID=W. Europe Standard Time:20240503T200000",
        "DTSTART:20240503T180000Z",
        "DTSTART;TZID=America/New_York:20240503T140000",
        "DTSTART;TZID=Eastern Standard Time:20240503T140000",
    ] {
        let event = format!("{start}\nDURATION:PT1H");
        for (owner, expected) in [
            ("Europe/Berlin", "05-03T20:00 05-03T21:00"),
            ("America/New_York", "05-03T14:00 05-03T15:00"),
            ("Asia/Kathmandu", "05-03T23:45 05-04T00:45"),
        ] {
            check(&event, "2024-05-01..2024-06-01", owner, &[expected]);
        }
    }
    // What floats is the same wall time everywhere, and so is what is in a zone that nobody knows.
    for start in [
        "DTSTART:20240503T200000",
        "DTSTART;TZID=Customized Time Zone:20240503T200000",
    ] {
        for owner in ["Europe/Berlin", "Asia/Kathmandu"] {
            check(
                start,
                "2024-05-03..2024-05-04",
                owner,
                &["05-03T20:00 05-03T20:00"],
            );
        }
    }
}

#[test]
fn whole_days_are_the_same_days_everywhere() {
    for owner in ["Europe/Berlin", "America/New_York", "Asia/Kathmandu"] {
        check(
            "DTSTART;VALUE=DATE:20240503\nDTEND;VALUE=DATE:20240506",
            "2024-05-05..2024-05-06",
            owner,
            &["05-03T00:00 05-06T00:00"],
        );
        check(
            "DTSTART;VALUE=DATE:20240503\nDTEND;VALUE=DATE:20240503",
            "2024-05-01..2024-06-01",
            owner,
            &["05-03T00:00 05-04T00:00"],
        );
        check(
            "DTSTART;VALUE=DATE:20200229\nRRULE:FREQ=YEARLY",
            "2021-01-01..2022-01-01",
            owner,
            &[],
        );
        check(
            "DTSTART;VALUE=DATE:20200229\nRRULE:FREQ=YEARLY",
            "2028-02-01..2028-04-01",
            owner,
            &["02-29T00:00 03-01T00:00"],
        );
        // Midnights written as instants: Berlin's, New York's and those of UTC.
        for excluded in [
            "20240503T220000Z",
            "20240504T040000Z",
            "20240504T000000Z",
            "20240504T000000",
        ] {
            check(
                &format!("DTSTART;VALUE=DATE:20240503\nRRULE:FREQ=DAILY;UNTIL=20240505\nEXDATE:{excluded}"),
                "2024-05-01..2024-06-01",
                owner,
                &["05-03T00:00 05-04T00:00", "05-05T00:00 05-06T00:00"],
            );
        }
    }
}

#[test]
fn a_series_keeps_its_wall_time_over_clock_changes() {
    let berlin = "DTSTART;TZID=Europe/Berlin:20240324T023000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY";
    let spring = "2024-03-24..2024-04-08";
    check(
        berlin,
        spring,
        "Europe/Berlin",
        &[
            "03-24T02:30 03-24T03:30",
            // The clock skips this wall time.
            "03-31T03:30 03-31T04:30",
            "04-07T02:30 04-07T03:30",
        ],
    );
    check(
        berlin,
        spring,
        "Asia/Kathmandu",
        &[
            "03-24T07:15 03-24T08:15",
            "03-31T07:15 03-31T08:15",
            "04-07T06:15 04-07T07:15",
        ],
    );
    check(
        berlin,
        "2024-10-27..2024-10-28",
        "Europe/Berlin",
        // Of the two the first; an hour later the clock reads the same.
        &["10-27T02:30 10-27T03:30"],
    );
    // New York changes its clocks three weeks earlier.
    check(
        "DTSTART;TZID=America/New_York:20240304T090000\nDURATION:PT30M\nRRULE:FREQ=WEEKLY;UNTIL=20240401T130000Z",
        "2024-03-01..2024-05-01",
        "Europe/Berlin",
        &[
            "03-04T15:00 03-04T15:30",
            "03-11T14:00 03-11T14:30",
            "03-18T14:00 03-18T14:30",
            "03-25T14:00 03-25T14:30",
            "04-01T15:00 04-01T15:30",
        ],
    );
    // Eight hours are eight hours, a day is a day.
    check(
        "DTSTART;TZID=Europe/Berlin:20240329T230000\nDURATION:PT8H\nRRULE:FREQ=DAILY;COUNT=3",
        "2024-03-30..2024-04-02",
        "Europe/Berlin",
        &[
            "03-29T23:00 03-30T07:00",
            "03-30T23:00 03-31T08:00",
            "03-31T23:00 04-01T07:00",
        ],
    );
    check(
        "DTSTART;TZID=Europe/Berlin:20240330T090000\nDTEND;TZID=Europe/Berlin:20240401T090000",
        "2024-03-30..2024-04-02",
        "Europe/Berlin",
        &["03-30T09:00 04-01T09:00"],
    );
}

#[test]
fn overrides_exceptions_and_additions() {
    let master = "DTSTART;TZID=Europe/Berlin:20240506T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5";
    let may = "2024-05-01..2024-06-01";
    let (d6, d7, d8, d9, d10) = (
        "05-06T10:00 05-06T11:00",
        "05-07T10:00 05-07T11:00",
        "05-08T10:00 05-08T11:00",
        "05-09T10:00 05-09T11:00",
        "05-10T10:00 05-10T11:00",
    );
    let with =
        |more: &str, expected: &[&str]| check(&format!("{master}\n{more}"), may, "Europe/Berlin", expected);
    with("", &[d6, d7, d8, d9, d10]);
    // However it is written.
    for exdate in [
        "EXDATE;TZID=Europe/Berlin:20240508T100000",
        "EXDATE:20240508T080000Z",
        "EXDATE;TZID=America/New_York:20240508T040000",
        "EXDATE;VALUE=DATE:20240508",
    ] {
        with(exdate, &[d6, d7, d9, d10]);
    }
    with("EXDATE;TZID=Europe/Berlin:20240506T100000", &[d7, d8, d9, d10]);
    with("EXDATE:20240508T080100Z", &[d6, d7, d8, d9, d10]);
    with(
        "RDATE:20240520T080000Z\nRDATE;TZID=Europe/Berlin:20240507T100000",
        &[d6, d7, d8, d9, d10, "05-20T10:00 05-20T11:00"],
    );
    let moved = "DTSTART;TZID=Europe/Berlin:20240515T120000\nDURATION:PT2H";
    for replaced in [
        "RECURRENCE-ID;TZID=Europe/Berlin:20240508T100000",
        "RECURRENCE-ID:20240508T080000Z",
        "RECURRENCE-ID;VALUE=DATE:20240508",
    ] {
        with(
            &format!("--{replaced}\n{moved}"),
            &[d6, d7, d9, d10, "05-15T12:00 05-15T14:00*"],
        );
    }
    // The last one counts, also where an earlier one lies elsewhere.
    with(
        &format!(
            "--RECURRENCE-ID:20240508T080000Z\n{moved}
            --RECURRENCE-ID:20240508T080000Z\nDTSTART;VALUE=DATE:20240516"
        ),
        &[d6, d7, d9, d10, "05-16T00:00 05-17T00:00*"],
    );
    // Moved out of the days that are asked for, and into them.
    check(
        &format!("{master}\n--RECURRENCE-ID:20240508T080000Z\n{moved}"),
        "2024-05-08..2024-05-09",
        "Europe/Berlin",
        &[],
    );
    check(
        &format!("{master}\n--RECURRENCE-ID:20240508T080000Z\n{moved}"),
        "2024-05-15..2024-05-16",
        "Europe/Berlin",
        &["05-15T12:00 05-15T14:00*"],
    );
    // An override whose series was not sent along.
    check(
        &format!("RECURRENCE-ID:20240508T080000Z\n{moved}"),
        may,
        "Europe/Berlin",
        &["05-15T12:00 05-15T14:00*"],
    );
    // The wall time that the clock skips, named by its instant.
    check(
        "DTSTART;TZID=Europe/Berlin:20240330T023000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20240331T013000Z",
        "2024-03-01..2024-05-01",
        "Europe/Berlin",
        &["03-30T02:30 03-30T02:30", "04-01T02:30 04-01T02:30"],
    );
}

/// The rule of a series of hours at 10:00 from Friday 2024-05-03 on, as days of its starts.
#[track_caller]
fn check_rule(rule: &str, days: &str, expected: &str) {
    let event = format!("DTSTART;TZID=Europe/Berlin:20240503T100000\nDURATION:PT1H\nRRULE:{rule}");
    let found = laid_out(&event, days, "Europe/Berlin");
    let starts: Vec<&str> = found
        .iter()
        .map(|one| one.split(' ').next().unwrap())
        .map(|start| start.strip_suffix("T10:00").unwrap_or(start))
        .collect();
    assert_eq!(starts.join(" "), expected, "{rule} {days}");
}

#[test]
fn rules() {
    let year = "2024-01-01..2025-01-01";
    for (rule, days, expected) in [
        ("FREQ=WEEKLY;COUNT=3", year, "05-03 05-10 05-17"),
        ("FREQ=WEEKLY;BYDAY=MO,FR;COUNT=4", year, "05-03 05-06 05-10 05-13"),
        (
            "freq=weekly;interval=2;wkst=SU;byday=su,fr;until=20240520",
            year,
            "05-03 05-12 05-17",
        ),
        // DTSTART counts even where the rule has another weekday.
        (
            "FREQ=WEEKLY;BYDAY=MO;UNTIL=20240515T080000Z",
            year,
            "05-03 05-06 05-13",
        ),
        (
            "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20240901",
            year,
            "05-03 05-31 06-28 07-26 08-30",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2", year, "05-03 05-31 07-31"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2",
            year,
            "05-03 05-31 06-28",
        ),
        (
            "FREQ=YEARLY;BYMONTH=5,6;BYDAY=1SA;COUNT=2",
            year,
            "05-03 05-04 06-01",
        ),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", year, "05-03 05-13"),
        ("FREQ=DAILY;INTERVAL=100", year, "05-03 08-11 11-19"),
        ("FREQ=HOURLY;INTERVAL=12;COUNT=3", year, "05-03 05-03T22:00 05-04"),
        // UNTIL lets its own day or time pass, in all its forms.
        ("FREQ=DAILY;UNTIL=20240505", year, "05-03 05-04 05-05"),
        ("FREQ=DAILY;UNTIL=20240505T100000", year, "05-03 05-04 05-05"),
        ("FREQ=DAILY;UNTIL=20240505T080000Z", year, "05-03 05-04 05-05"),
        ("FREQ=DAILY;UNTIL=20240505T075959Z", year, "05-03 05-04"),
        ("FREQ=DAILY;UNTIL=20240401", year, "05-03"),
        // What is allowed beside the rule.
        (
            "FREQ=WEEKLY;COUNT=2;RSCALE=GREGORIAN;SKIP=OMIT;X-ODD=1;",
            year,
            "05-03 05-10",
        ),
        // Far from the start, in step with it.
        ("FREQ=WEEKLY;INTERVAL=3", "2124-05-01..2124-06-01", "05-19"),
        (
            "FREQ=DAILY;INTERVAL=7",
            "2124-05-01..2124-06-01",
            "05-05 05-12 05-19 05-26",
        ),
        ("FREQ=MONTHLY;INTERVAL=5", "2124-01-01..2125-01-01", "05-03 10-03"),
        ("FREQ=YEARLY;INTERVAL=3", "2121-01-01..2126-01-01", "05-03"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2124-05-01..2124-07-01",
            "05-31 06-30",
        ),
        // Rules that never come true, and that are none.
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", year, "05-03"),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "2025-01-01..2026-01-01",
            "",
        ),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "2025-01-01..2026-01-01", ""),
        ("FREQ=FORTNIGHTLY", year, "05-03 broken"),
        ("FREQ=YEARLY;RSCALE=CHINESE", year, "05-03 broken"),
        ("FREQ=WEEKLY;UNTIL=tomorrow", year, "05-03 broken"),
        ("FREQ=WEEKLY;BYDAY=FR\u{ff}1", year, "05-03 broken"),
        ("FREQ=WEEKLY;INTERVAL=0", year, "05-03 broken"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", year, "05-03 broken"),
        ("D1 #10", year, "05-03 broken"),
        ("FREQ=WEEKLY;BYDAY=é", year, "05-03 broken"),
    ] {
        check_rule(rule, days, expected);
    }
}

/// An independent count of a weekly series: every seventh day, at every distance from its start.
#[test]
fn a_rule_is_entered_in_step_wherever_it_is_asked() {
    let text =
        calendar("BEGIN:VEVENT\nDTSTART:20240503T100000\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR\nEND:VEVENT");
    let series = Series::of(&read(text.as_bytes()).value);
    let first: NaiveDate = "2024-05-03".parse().unwrap();
    for day in 0..3000 {
        let day = first + Duration::days(day);
        let found = series.between(day, day + Duration::days(1), zone("UTC").unwrap());
        assert_eq!(found.list.len() == 1, (day - first).num_days() % 14 == 0, "{day}");
    }
}

#[test]
fn every_second_for_ever_is_cut() {
    for rule in [
        "FREQ=SECONDLY",
        "FREQ=SECONDLY;COUNT=4000000000",
        "FREQ=MINUTELY;BYSECOND=1,2,3",
    ] {
        let text = calendar(&format!(
            "BEGIN:VEVENT\nDTSTART:19700101T000000\nRRULE:{rule}\nEND:VEVENT"
        ));
        let series = Series::of(&read(text.as_bytes()).value);
        let first: NaiveDate = "1970-01-01".parse().unwrap();
        let found = series.between(first, first + Duration::days(31), zone("UTC").unwrap());
        assert!(
            found.cut && found.list.len() <= 2_001,
            "{rule} {}",
            found.list.len()
        );
    }
    let text = calendar("BEGIN:VEVENT\nDTSTART:19700101T000000\nRRULE:FREQ=SECONDLY\nEND:VEVENT");
    let late: NaiveDate = "2024-05-03".parse().unwrap();
    let found = Series::of(&read(text.as_bytes()).value).between(
        late,
        late.succ_opt().unwrap(),
        zone("UTC").unwrap(),
    );
    assert_eq!(found.list[0].start, late.and_hms_opt(0, 0, 0).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn no_rule_panics_and_what_is_found_touches_the_days(
        freq in "(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY|MINUTELY|SECONDLY|X)",
        parts in prop::collection::vec(
            ("(INTERVAL|COUNT|BYDAY|BYMONTH|BYMONTHDAY|BYSETPOS|BYHOUR|BYMINUTE|BYYEARDAY|BYWEEKNO|WKST|UNTIL|Q)",
             "(-?[0-9]{1,5}(,-?[0-9]{1,2})?|-?[1-5]?(MO|SU)|[0-9]{8}(T[0-9]{6}Z?)?|.{0,4})"),
            0..4,
        ),
        start in "(0000|1969|2024|9999)(0101|0229|1231)(T(000000|023000|235959)Z?)?",
        end in "(0000|2024|9999)1231(T235959Z?)?",
        zoned in "(;TZID=Europe/Berlin|;TZID=x|)",
        more in "(RDATE|EXDATE|RECURRENCE-ID):2024(0101|1231)(T000000Z?)?",
        from in -800_000i64..3_000_000,
        days in 0i64..400,
    ) {
        let rule: String = parts.iter().map(|(name, value)| format!(";{name}={value}")).collect();
        let text = calendar(&format!(
            "BEGIN:VEVENT\nDTSTART{zoned}:{start}\nDTEND:{end}\nRRULE:FREQ={freq}{rule}\n{more}\nEND:VEVENT"
        ));
        let series = Series::of(&read(text.as_bytes()).value);
        let from = NaiveDate::default() + Duration::days(from);
        let to = from + Duration::days(days);
        let found = series.between(from, to, zone("America/New_York").unwrap());
        for one in &found.list {
            prop_assert!(one.start <= one.end && one.start.date() < to && one.end.date() >= from);
        }
        prop_assert!(found.list.is_sorted_by_key(|one| one.start));
    }
}
