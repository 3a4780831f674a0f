//! One VEVENT of a series: the master or an override.

use chrono::{Datelike, NaiveDateTime};

use super::recurrence::{dates, rules};
use super::when::{When, end, instant};
use super::{EventRows, Row, derived_uid, flag, is_exception, number, text};
use crate::ical::object::NO_STAMP;
use crate::line::{Line, text as escaping};

/// A VEVENT: its lines, the alarms inside it, and the zones it names.
#[derive(Debug)]
pub(super) struct Component<'a> {
    lines: Vec<Line>,
    alarms: Vec<Vec<Line>>,
    tzids: Vec<&'a str>,
    old: bool,
}

impl<'a> Component<'a> {
    /// The master of the series, or an exception whose master is not there.
    pub(super) fn master(rows: &'a EventRows, uid: &str) -> Self {
        let event = &rows.event;
        let mut component = Self::with_uid(uid);
        if is_exception(event) {
            let when = if flag(event, "originalAllDay") {
                When::Date
            } else {
                text(event, "eventTimezone").map_or(When::Utc, |tzid| When::in_zone(tzid.trim()))
            };
            if let Some(at) = instant(event, "originalInstanceTime") {
                component.time(when, "RECURRENCE-ID", at);
            }
        }
        component.describe(rows, event);
        let cancelled = rows.exceptions.iter().filter(|row| is_cancelled(row));
        let mut exdates: Vec<NaiveDateTime> = cancelled
            .filter_map(|row| instant(row, "originalInstanceTime"))
            .collect();
        component.recurrence(event, &mut exdates);
        component
    }

    /// An override; None for an occurrence that is cancelled, which is an EXDATE of the master.
    pub(super) fn exception(rows: &'a EventRows, row: &'a Row, uid: &str) -> Option<Self> {
        let Some(at) = instant(row, "originalInstanceTime") else {
            // It cannot be said which occurrence it replaces: an event of its own, unless there is nothing to say.
            let own = derived_uid(row, text(row, "_sync_id"), text(row, "_id").unwrap_or_default());
            let mut component = Self::with_uid(&own);
            component.describe(rows, row);
            return (!is_cancelled(row)).then_some(component);
        };
        if is_cancelled(row) {
            return None;
        }
        let mut component = Self::with_uid(uid);
        component.time(When::of(&rows.event), "RECURRENCE-ID", at);
        component.describe(rows, row);
        Some(component)
    }

    /// The zones that it names.
    pub(super) fn tzids(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.tzids.iter().copied()
    }

    /// A time before 1970 is among those in a zone.
    pub(super) fn is_old(&self) -> bool {
        self.old
    }

    /// Its properties and those of its alarms.
    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().chain(self.alarms.iter().flatten())
    }

    /// Appends it as text.
    pub(super) fn write(&self, out: &mut String) {
        out.push_str("BEGIN:VEVENT\r\n");
        for line in &self.lines {
            line.write(out);
        }
        for alarm in &self.alarms {
            out.push_str("BEGIN:VALARM\r\n");
            for line in alarm {
                line.write(out);
            }
            out.push_str("END:VALARM\r\n");
        }
        out.push_str("END:VEVENT\r\n");
    }

    fn with_uid(uid: &str) -> Self {
        let mut component = Self {
            lines: Vec::new(),
            alarms: Vec::new(),
            tzids: Vec::new(),
            old: false,
        };
        component.text("UID", uid);
        component.raw("DTSTAMP", NO_STAMP);
        component
    }

    fn raw(&mut self, name: &str, value: impl Into<String>) {
        self.lines.push(Line::new(name, value));
    }

    fn text(&mut self, name: &str, value: &str) {
        self.raw(name, escaping::escape(value));
    }

    fn time(&mut self, when: When<'a>, name: &str, at: NaiveDateTime) {
        self.lines.push(when.line(name, at));
        if let Some(tzid) = when.tzid() {
            self.tzids.push(tzid);
            self.old |= at.year() < 1970;
        }
    }

    /// Everything but what makes it a series.
    fn describe(&mut self, rows: &'a EventRows, event: &'a Row) {
        let when = When::of(event);
        if let Some(start) = instant(event, "dtstart") {
            self.time(when, "DTSTART", start);
            let end_when = match (when, text(event, "eventEndTimezone")) {
                (When::Date, _) | (_, None) => when,
                (_, Some(tzid)) => When::in_zone(tzid.trim()),
            };
            if let Some(end) = end(event, start, when) {
                self.time(end_when, "DTEND", end);
            }
        }
        for (name, column) in [
            ("SUMMARY", "title"),
            ("DESCRIPTION", "description"),
            ("LOCATION", "eventLocation"),
        ] {
            if let Some(value) = text(event, column) {
                self.text(name, value);
            }
        }
        self.states(event, when);
        let id = text(event, "_id");
        let own = move |row: &&'a Row| id.is_some() && text(row, "event_id") == id;
        self.people(event, rows.attendees.iter().filter(own));
        for row in rows.extended.iter().filter(own) {
            self.extended(row);
        }
        for row in rows.reminders.iter().filter(own) {
            self.reminder(event, row);
        }
    }

    fn states(&mut self, event: &Row, when: When<'_>) {
        let choice = |column, choices: [Option<&'static str>; 4]| {
            let number = usize::try_from(number(event, column)?).ok()?;
            *choices.get(number)?
        };
        let status = choice(
            "eventStatus",
            [Some("TENTATIVE"), Some("CONFIRMED"), Some("CANCELLED"), None],
        );
        let class = choice(
            "accessLevel",
            [None, Some("CONFIDENTIAL"), Some("PRIVATE"), Some("PUBLIC")],
        );
        let transp = choice(
            "availability",
            [Some("OPAQUE"), Some("TRANSPARENT"), Some("OPAQUE"), None],
        );
        for (name, value) in [("STATUS", status), ("CLASS", class), ("TRANSP", transp)] {
            if let Some(value) = value {
                self.raw(name, value);
            }
        }
        if number(event, "availability") == Some(2) {
            self.raw("X-MICROSOFT-CDO-BUSYSTATUS", "TENTATIVE");
        }
        if let Some(argb) = number(event, "eventColor") {
            self.raw("X-ANDROID-COLOR", format!("#{:06X}", argb & 0xFF_FFFF));
        }
        if let Some(tzid) = text(event, "eventTimezone")
            && when == When::Utc
            && !matches!(tzid.trim(), "UTC" | "GMT" | "Etc/UTC")
        {
            self.text("X-ANDROID-TIMEZONE", tzid);
        }
    }

    /// ATTENDEE, and ORGANIZER where somebody is invited: the provider names an organizer for every event, but RFC
    /// 5545 §3.8.4.3 has none for an event of one's own, and importers would take it for a meeting.
    fn people(&mut self, event: &Row, attendees: impl Iterator<Item = &'a Row>) {
        let organizer = text(event, "organizer").map(str::trim);
        let mut organizer_name = None;
        let mut invited = Vec::new();
        for row in attendees {
            let address = text(row, "attendeeEmail").map(str::trim);
            if number(row, "attendeeRelationship") == Some(2) && address == organizer {
                organizer_name = text(row, "attendeeName");
            }
            invited.push(attendee(row));
        }
        if let Some(address) = organizer {
            let mut line = Line::new("ORGANIZER", mailto(address));
            if invited.is_empty() {
                line = Line::new("X-ANDROID-ORGANIZER", mailto(address));
            } else if let Some(name) = organizer_name {
                line = line.with("CN", name);
            }
            self.lines.push(line);
        }
        self.lines.append(&mut invited);
    }

    fn reminder(&mut self, event: &Row, row: &Row) {
        let method = number(row, "method").unwrap_or(0);
        let Some(minutes) = number(row, "minutes") else {
            return;
        };
        if minutes < 0 {
            self.raw("X-ANDROID-DEFAULT-REMINDER", method.to_string());
            return;
        }
        let summary = escaping::escape(text(event, "title").unwrap_or_default());
        let mut lines = vec![
            Line::new("TRIGGER", format!("-PT{minutes}M")),
            Line::new("DESCRIPTION", summary.clone()),
        ];
        // A mail needs somebody to get it (RFC 5545 §3.6.6): the owner of the calendar.
        let owner = ["ownerAccount", "account_name", "organizer"]
            .into_iter()
            .find_map(|column| text(event, column).filter(|address| address.contains('@')));
        match (method, owner) {
            (2, Some(owner)) => lines.extend([
                Line::new("ACTION", "EMAIL"),
                Line::new("SUMMARY", summary),
                Line::new("ATTENDEE", mailto(owner.trim())),
            ]),
            _ => lines.push(Line::new("ACTION", "DISPLAY")),
        }
        if method > 1 {
            lines.push(Line::new("X-ANDROID-METHOD", method.to_string()));
        }
        self.alarms.push(lines);
    }

    /// An extended property. DAVx⁵ keeps there, by the names below, what the provider has no column for.
    fn extended(&mut self, row: &Row) {
        const PREFIX: &str = "vnd.android.cursor.item/vnd.ical4android.";
        let (Some(name), Some(value)) = (text(row, "name"), text(row, "value")) else {
            return;
        };
        let line = match name.strip_prefix(PREFIX).unwrap_or(name) {
            "iCalUid" => return,
            "categories" => {
                let categories: Vec<String> = value
                    .split('\\')
                    .filter(|category| !category.is_empty())
                    .map(escaping::escape)
                    .collect();
                Some(Line::new("CATEGORIES", categories.join(",")))
            }
            "url" => Some(Line::new("URL", value)),
            "unknown-property" => self.unknown_property(value),
            _ => None,
        };
        self.lines.push(line.unwrap_or_else(|| {
            Line::new("X-ANDROID-EXTENDED", escaping::escape(value)).with("X-NAME", name)
        }));
    }

    /// `["NAME", "value", {"PARAM": "value"}]`, the value unescaped where it is text.
    fn unknown_property(&self, json: &str) -> Option<Line> {
        /// Properties whose values are not text (RFC 5545 §8.3.2).
        const NOT_TEXT: [&str; 9] = [
            "ATTACH",
            "CREATED",
            "GEO",
            "LAST-MODIFIED",
            "PRIORITY",
            "REPEAT",
            "REQUEST-STATUS",
            "SEQUENCE",
            "URL",
        ];
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Property {
            Plain(String, String),
            WithParams(String, String, Row),
        }

        let (name, value, params) = match serde_json::from_str(json).ok()? {
            Property::Plain(name, value) => (name.to_ascii_uppercase(), value, Row::new()),
            Property::WithParams(name, value, params) => (name.to_ascii_uppercase(), value, params),
        };
        let is_name = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        // What the rows say themselves is not said twice.
        let taken = matches!(
            name.as_str(),
            "BEGIN" | "END" | "RRULE" | "RDATE" | "EXRULE" | "EXDATE" | "DTEND" | "DURATION"
        ) || self.lines.iter().any(|line| line.is(&name));
        if !is_name(&name) || taken {
            return None;
        }
        let is_text = !NOT_TEXT.contains(&name.as_str())
            && params
                .get("VALUE")
                .is_none_or(|value| value.eq_ignore_ascii_case("TEXT"));
        let mut line = Line::new(name, if is_text { escaping::escape(&value) } else { value });
        for (name, value) in params.iter().filter(|(name, _)| is_name(name)) {
            line = line.with(name, value);
        }
        Some(line)
    }

    /// What makes it a series. `exdates` are those of cancelled occurrences.
    fn recurrence(&mut self, event: &'a Row, exdates: &mut Vec<NaiveDateTime>) {
        let Some(start) = instant(event, "dtstart") else {
            return;
        };
        let when = When::of(event);
        for (name, column) in [("RRULE", "rrule"), ("EXRULE", "exrule")] {
            for rule in rules(text(event, column).unwrap_or_default(), when) {
                self.raw(name, rule);
            }
        }
        let mut rdates = dates(text(event, "rdate").unwrap_or_default(), when, start);
        exdates.extend(dates(text(event, "exdate").unwrap_or_default(), when, start));
        for (name, instants) in [("RDATE", &mut rdates), ("EXDATE", exdates)] {
            instants.sort_unstable();
            instants.dedup();
            for at in instants.iter() {
                self.time(when, name, *at);
            }
        }
    }
}

/// Cancelled, or deleted and not yet synced: the provider shows neither.
fn is_cancelled(row: &Row) -> bool {
    number(row, "eventStatus") == Some(2) || flag(row, "deleted")
}

fn attendee(row: &Row) -> Line {
    let address = text(row, "attendeeEmail").map(|address| mailto(address.trim()));
    // A name alone is no address; this one is valid and reaches nobody (RFC 2606).
    let mut line = Line::new(
        "ATTENDEE",
        address.unwrap_or_else(|| "mailto:unknown@example.invalid".to_owned()),
    );
    if let Some(name) = text(row, "attendeeName") {
        line = line.with("CN", name);
    }
    let relationship = number(row, "attendeeRelationship");
    match (relationship, number(row, "attendeeType")) {
        (_, Some(3)) => line = line.with("CUTYPE", "RESOURCE"),
        (Some(2), _) => line = line.with("ROLE", "CHAIR"),
        (_, Some(1)) => line = line.with("ROLE", "REQ-PARTICIPANT"),
        (_, Some(2)) => line = line.with("ROLE", "OPT-PARTICIPANT"),
        _ => {}
    }
    let status = match number(row, "attendeeStatus") {
        Some(1) => "ACCEPTED",
        Some(2) => "DECLINED",
        Some(3) => "NEEDS-ACTION",
        Some(4) => "TENTATIVE",
        _ => "",
    };
    if !status.is_empty() {
        line = line.with("PARTSTAT", status);
    }
    match relationship {
        Some(3) => line.with("X-ANDROID-RELATIONSHIP", "PERFORMER"),
        Some(4) => line.with("X-ANDROID-RELATIONSHIP", "SPEAKER"),
        _ => line,
    }
}

fn mailto(address: &str) -> String {
    format!("mailto:{address}")
}
