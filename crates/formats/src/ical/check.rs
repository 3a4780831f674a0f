//! A second opinion of what is written: the `icalendar` crate, which shares no code with our reader or writer.

use std::collections::BTreeMap;

use icalendar::{Calendar, CalendarComponent, Component};

/// How many components of each UID another reader finds in an iCalendar object; None when it refuses the object.
/// Free-busy and journal components, which it does not name, are not counted.
pub fn check(text: &str) -> Option<BTreeMap<String, usize>> {
    let calendar: Calendar = text.parse().ok()?;
    let mut found = BTreeMap::new();
    for component in &calendar.components {
        let uid = match component {
            CalendarComponent::Event(event) => event.get_uid(),
            CalendarComponent::Todo(todo) => todo.get_uid(),
            _ => continue,
        };
        *found.entry(uid.unwrap_or_default().to_owned()).or_default() += 1;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_components_or_refuses() {
        let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n\
                    BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20240101T000000Z\r\nEND:VEVENT\r\n\
                    BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID:20240102T000000Z\r\nEND:VEVENT\r\n\
                    BEGIN:VTODO\r\nUID:b\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
        assert_eq!(
            check(text),
            Some([("a".to_owned(), 2), ("b".to_owned(), 1)].into())
        );
        assert_eq!(check("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nno line\r\n"), None);
    }
}
