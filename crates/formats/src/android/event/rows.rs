//! An iCalendar event as rows of Android's calendar provider: the inverse of [`icalendar`](super::icalendar), for an
//! event that goes back to a phone. What the provider has no column for is left out; whoever writes compares what is
//! read afterwards.

use chrono::{NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use sidekeep_model::{Entry, EntryKind, Moment};

use super::when::utc_text;
use super::{Row, is_number};
use crate::ical::{Component, items, outline, property, seconds, zone};
use crate::line::{Line, text};

/// An event to be written to a phone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewEvent {
    /// Columns of `events`, but for the calendar.
    pub event: Row,
    /// Rows of `attendees`, but for the event.
    pub attendees: Vec<Row>,
    /// Rows of `reminders`, but for the event.
    pub reminders: Vec<Row>,
}

/// Why an item cannot be written as rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRows {
    /// It is no event: the provider knows no to-dos.
    #[error("it is no event")]
    NoEvent,
    /// The provider has no event without a start.
    #[error("it has no start")]
    NoStart,
    /// Its times are in a zone of its own, or in none: the provider has instants in zones that it knows.
    #[error("its times are in a zone that a phone does not know")]
    UnknownZone,
    /// Some of its occurrences were changed, which only the account's own synchronisation may write.
    #[error("some of its dates were changed by themselves")]
    Changed,
}

impl NewEvent {
    /// Of the event in one calendar object.
    ///
    /// # Errors
    /// See [`NoRows`].
    pub fn from_icalendar(bytes: &[u8]) -> Result<Self, NoRows> {
        let entries = crate::ical::read(bytes).value;
        let [entry] = entries.as_slice() else {
            return Err(if entries.is_empty() {
                NoRows::NoEvent
            } else {
                NoRows::Changed
            });
        };
        if entry.component != EntryKind::Event {
            return Err(NoRows::NoEvent);
        }
        let roots = outline(bytes, &mut Vec::new());
        let component = items(&roots).next().ok_or(NoRows::NoEvent)?;
        let end = property(component, bytes, "DTEND");
        let times = Times::of(entry, end.as_ref())?;
        let value = |name| property(component, bytes, name).map(|line| line.value.trim().to_owned());
        let mut event = Row::new();
        let mut set = |column: &str, value: String| {
            if !value.is_empty() {
                event.insert(column.to_owned(), value);
            }
        };
        set("uid2445", entry.uid.clone());
        set("title", entry.summary.clone());
        set("description", entry.description.clone().unwrap_or_default());
        set("eventLocation", entry.location.clone().unwrap_or_default());
        times.write(entry, &mut set)?;
        let chosen = |value: Option<String>, names: &[&str]| {
            let value = value?.to_ascii_uppercase();
            let at = names.iter().position(|name| *name == value)?;
            Some(at.to_string())
        };
        let statuses = ["TENTATIVE", "CONFIRMED", "CANCELLED"];
        let classes = ["", "CONFIDENTIAL", "PRIVATE", "PUBLIC"];
        let availability = match value("X-MICROSOFT-CDO-BUSYSTATUS") {
            Some(status) if status.eq_ignore_ascii_case("TENTATIVE") => Some("2".to_owned()),
            _ => chosen(value("TRANSP"), &["OPAQUE", "TRANSPARENT"]),
        };
        set(
            "eventStatus",
            chosen(entry.status.clone(), &statuses).unwrap_or_default(),
        );
        set(
            "accessLevel",
            chosen(value("CLASS"), &classes).unwrap_or_default(),
        );
        set("availability", availability.unwrap_or_default());
        set(
            "eventColor",
            value("X-ANDROID-COLOR")
                .and_then(|colour| argb(&colour))
                .unwrap_or_default(),
        );
        let own = value("X-ANDROID-ORGANIZER").map(|uri| bare(&uri).to_owned());
        set("organizer", entry.organizer.clone().or(own).unwrap_or_default());
        let lines = || component.lines(bytes).filter_map(|line| line.parse());
        let attendees: Vec<Row> = lines()
            .filter(|line| line.is("ATTENDEE"))
            .map(|line| attendee(&line))
            .collect();
        if !attendees.is_empty() {
            set("hasAttendeeData", "1".to_owned());
        }
        let mut reminders: Vec<Row> = component
            .children
            .iter()
            .filter(|child| child.name == "VALARM")
            .filter_map(|alarm| reminder(alarm, bytes))
            .collect();
        if let Some(method) = value("X-ANDROID-DEFAULT-REMINDER").filter(|method| is_number(method)) {
            reminders.push(row(&[("minutes", "-1"), ("method", &method)]));
        }
        Ok(Self {
            event,
            attendees,
            reminders,
        })
    }
}

/// How the times of an event are meant.
struct Times {
    start: NaiveDateTime,
    all_day: bool,
    /// None is UTC, as whole days are.
    zone: Option<Tz>,
    /// The zone of the end, where that is another.
    end_zone: Option<Tz>,
}

impl Times {
    fn of(entry: &Entry, end: Option<&Line>) -> Result<Self, NoRows> {
        let start = entry.start.as_ref().ok_or(NoRows::NoStart)?;
        let zone = match start {
            Moment::Date(_) | Moment::Utc(_) => None,
            Moment::Wall(_) => {
                let known = entry.tz.as_deref().and_then(zone::known);
                Some(known.ok_or(NoRows::UnknownZone)?)
            }
        };
        let end_zone = match end.and_then(|end| end.param("TZID")) {
            Some(named) => Some(zone::known(named).ok_or(NoRows::UnknownZone)?),
            None => None,
        };
        let times = Self {
            start: NaiveDateTime::default(),
            all_day: entry.all_day,
            zone,
            end_zone: end_zone.filter(|end| Some(*end) != zone),
        };
        let start = Self::instant(start, zone).ok_or(NoRows::UnknownZone)?;
        Ok(Self { start, ..times })
    }

    /// The provider's instant of a moment: of a day its midnight in UTC.
    fn instant(moment: &Moment, zone: Option<Tz>) -> Option<NaiveDateTime> {
        match moment {
            Moment::Date(date) => Some(date.and_time(NaiveTime::MIN)),
            Moment::Utc(utc) => Some(*utc),
            Moment::Wall(wall) => match zone {
                Some(zone) => zone::to_utc(zone, *wall),
                None => Some(*wall),
            },
        }
    }

    fn write(&self, entry: &Entry, set: &mut impl FnMut(&str, String)) -> Result<(), NoRows> {
        let millis = |at: NaiveDateTime| at.and_utc().timestamp_millis().to_string();
        set("dtstart", millis(self.start));
        set(
            "eventTimezone",
            self.zone.map_or("UTC", |zone| zone.name()).to_owned(),
        );
        if let Some(zone) = self.end_zone {
            set("eventEndTimezone", zone.name().to_owned());
        }
        if self.all_day {
            set("allDay", "1".to_owned());
        }
        let end_zone = self.end_zone.or(self.zone);
        let end = entry.end.as_ref().and_then(|end| Self::instant(end, end_zone));
        let end = end.filter(|end| *end >= self.start).unwrap_or(self.start);
        // A series has a duration, anything else an end (CalendarProvider2.validateEventData).
        if entry.rrule.is_none() && entry.rdates.is_empty() {
            set("dtend", millis(end));
            return Ok(());
        }
        let length = (end - self.start).num_seconds();
        let whole_days = self.all_day && length % 86_400 == 0;
        set(
            "duration",
            if whole_days {
                format!("P{}D", length / 86_400)
            } else {
                format!("P{length}S")
            },
        );
        set("rrule", entry.rrule.clone().unwrap_or_default());
        for (column, moments) in [("rdate", &entry.rdates), ("exdate", &entry.exdates)] {
            let instants: Option<Vec<NaiveDateTime>> = moments
                .iter()
                .map(|moment| Self::instant(moment, self.zone))
                .collect();
            let instants = instants.ok_or(NoRows::UnknownZone)?;
            let texts: Vec<String> = instants.into_iter().map(|at| self.listed(at)).collect();
            set(column, texts.join(","));
        }
        Ok(())
    }

    fn listed(&self, at: NaiveDateTime) -> String {
        if self.all_day {
            at.format("%Y%m%d").to_string()
        } else {
            utc_text(at)
        }
    }
}

/// `#RRGGBB` as the signed number that the provider has.
fn argb(colour: &str) -> Option<String> {
    let rgb = u32::from_str_radix(colour.strip_prefix('#')?, 16).ok()?;
    Some((0xFF00_0000 | rgb).cast_signed().to_string())
}

/// Without `mailto:`.
fn bare(uri: &str) -> &str {
    match uri.split_at_checked("mailto:".len()) {
        Some((scheme, address)) if scheme.eq_ignore_ascii_case("mailto:") => address,
        _ => uri,
    }
}

fn attendee(line: &Line) -> Row {
    let is = |name: &str, value: &str| {
        line.param(name)
            .is_some_and(|own| own.eq_ignore_ascii_case(value))
    };
    let relationship = if is("ROLE", "CHAIR") {
        "2"
    } else if is("X-ANDROID-RELATIONSHIP", "PERFORMER") {
        "3"
    } else if is("X-ANDROID-RELATIONSHIP", "SPEAKER") {
        "4"
    } else {
        "1"
    };
    let kind = if is("CUTYPE", "RESOURCE") {
        "3"
    } else if is("ROLE", "OPT-PARTICIPANT") {
        "2"
    } else if is("ROLE", "REQ-PARTICIPANT") {
        "1"
    } else {
        "0"
    };
    let states = ["ACCEPTED", "DECLINED", "NEEDS-ACTION", "TENTATIVE"];
    let status = states
        .iter()
        .position(|state| is("PARTSTAT", state))
        .map_or(0, |at| at + 1);
    let address = text::unescape(line.value.trim()).into_owned();
    let mut attendee = row(&[
        ("attendeeEmail", bare(&address)),
        ("attendeeRelationship", relationship),
        ("attendeeType", kind),
        ("attendeeStatus", &status.to_string()),
    ]);
    if let Some(name) = line.param("CN").filter(|name| !name.is_empty()) {
        attendee.insert("attendeeName".to_owned(), name.to_owned());
    }
    attendee
}

/// A reminder so many minutes before the start; the provider has no other.
fn reminder(alarm: &Component, bytes: &[u8]) -> Option<Row> {
    let trigger = property(alarm, bytes, "TRIGGER")?;
    let other = |name: &str, only: &str| {
        trigger
            .param(name)
            .is_some_and(|own| !own.eq_ignore_ascii_case(only))
    };
    if other("RELATED", "START") || other("VALUE", "DURATION") {
        return None;
    }
    let before = seconds(trigger.value.trim())?.checked_neg()?;
    if before < 0 || before % 60 != 0 {
        return None;
    }
    let own = property(alarm, bytes, "X-ANDROID-METHOD").map(|line| line.value.trim().to_owned());
    let action = property(alarm, bytes, "ACTION").map(|line| line.value.trim().to_ascii_uppercase());
    let method = match (own.filter(|method| is_number(method)), action.as_deref()) {
        (Some(method), _) => method,
        (None, Some("EMAIL")) => "2".to_owned(),
        (None, _) => "1".to_owned(),
    };
    Some(row(&[
        ("minutes", &(before / 60).to_string()),
        ("method", &method),
    ]))
}

fn row(columns: &[(&str, &str)]) -> Row {
    columns
        .iter()
        .map(|(column, value)| ((*column).to_owned(), (*value).to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{EventRows, icalendar};
    use super::*;

    /// What becomes of an event that goes through the provider: its lines but for those of the frame.
    fn through(lines: &str) -> Result<Vec<String>, NoRows> {
        let lines: String = lines.lines().map(|line| format!("{}\r\n", line.trim())).collect();
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        let new = NewEvent::from_icalendar(text.as_bytes())?;
        let own = |rows: Vec<Row>| -> Vec<Row> {
            let mut rows = rows;
            rows.iter_mut()
                .for_each(|row| drop(row.insert("event_id".to_owned(), "7".to_owned())));
            rows
        };
        let mut event = new.event;
        event.insert("_id".to_owned(), "7".to_owned());
        let rows = EventRows {
            event,
            attendees: own(new.attendees),
            reminders: own(new.reminders),
            ..EventRows::default()
        };
        let text = String::from_utf8(icalendar(&rows)).unwrap().replace("\r\n ", "");
        let inside = text.split("BEGIN:VEVENT\r\n").nth(1).unwrap();
        let inside = inside.split("END:VEVENT").next().unwrap();
        Ok(inside
            .lines()
            .filter(|line| !line.starts_with("DTSTAMP") && *line != "UID:u")
            .map(str::to_owned)
            .collect())
    }

    #[test]
    fn an_event_comes_back_as_it_was() {
        for same in [
            "DTSTART;TZID=Europe/Berlin:20240503T120000\nDTEND;TZID=Europe/Berlin:20240503T130000\nSUMMARY:Tea\\, hot\n\
             DESCRIPTION:a\\nb\nLOCATION:Quay\nSTATUS:CONFIRMED\nCLASS:PRIVATE\nTRANSP:TRANSPARENT\nX-ANDROID-COLOR:#FF2968",
            "DTSTART;VALUE=DATE:20240503\nDTEND;VALUE=DATE:20240505\nSUMMARY:Fair",
            "DTSTART;TZID=Europe/Berlin:20240503T120000\nDTEND;TZID=America/New_York:20240503T150000\nSUMMARY:Flight",
            "DTSTART:20240503T120000Z\nDTEND:20240503T130000Z\nSUMMARY:Call\nRRULE:FREQ=WEEKLY;COUNT=5\n\
             RDATE:20240504T120000Z\nEXDATE:20240510T120000Z\nEXDATE:20240517T120000Z",
            "DTSTART;VALUE=DATE:20240503\nDTEND;VALUE=DATE:20240504\nSUMMARY:Birthday\nRRULE:FREQ=YEARLY\n\
             EXDATE;VALUE=DATE:20250503",
            "DTSTART:20240503T120000Z\nDTEND:20240503T130000Z\nSUMMARY:Meeting\nORGANIZER:mailto:ada@example.org\n\
             ATTENDEE;CN=Bea;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:bea@example.org\n\
             ATTENDEE;CUTYPE=RESOURCE;PARTSTAT=TENTATIVE:mailto:room@example.org\n\
             BEGIN:VALARM\nTRIGGER:-PT15M\nDESCRIPTION:Meeting\nACTION:DISPLAY\nEND:VALARM",
        ] {
            let expected: Vec<String> = same.lines().map(|line| line.trim().to_owned()).collect();
            assert_eq!(through(same), Ok(expected));
        }
    }

    #[test]
    fn what_a_phone_cannot_hold() {
        let times = "DTSTART:20240503T120000Z\nDTEND:20240503T130000Z";
        for (lines, expected) in [
            ("SUMMARY:Tea", NoRows::NoStart),
            ("DTSTART;TZID=My Own:20240503T120000", NoRows::UnknownZone),
            ("DTSTART:20240503T120000", NoRows::UnknownZone),
        ] {
            assert_eq!(through(lines), Err(expected), "{lines}");
        }
        let to_do = b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:u\r\nDTSTART:20240503T120000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
        assert_eq!(NewEvent::from_icalendar(to_do), Err(NoRows::NoEvent));
        assert_eq!(NewEvent::from_icalendar(b"rubbish"), Err(NoRows::NoEvent));
        let changed = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTART:20240503T120000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n\
                        BEGIN:VEVENT\r\nUID:u\r\nRECURRENCE-ID:20240504T120000Z\r\nDTSTART:20240504T130000Z\r\nEND:VEVENT\r\n\
                        END:VCALENDAR\r\n";
        assert_eq!(NewEvent::from_icalendar(changed), Err(NoRows::Changed));
        // Alarms after the start, at its end, or at a time of their own.
        for trigger in [
            "TRIGGER:PT5M",
            "TRIGGER;RELATED=END:-PT5M",
            "TRIGGER;VALUE=DATE-TIME:20240503T110000Z",
            "TRIGGER:-PT30S",
        ] {
            let lines = format!("{times}\nBEGIN:VALARM\nACTION:DISPLAY\n{trigger}\nEND:VALARM");
            assert!(!through(&lines).unwrap().concat().contains("VALARM"), "{trigger}");
        }
        assert!(
            through(&format!(
                "{times}\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-P1D\nEND:VALARM"
            ))
            .unwrap()
            .concat()
            .contains("-PT1440M")
        );
    }
}
