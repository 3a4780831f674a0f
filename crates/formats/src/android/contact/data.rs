//! One data row to its lines in plain vCard 4.0.

use std::collections::HashSet;

use crate::line::{Line, Param, text};
use crate::vcard::android_custom::{self, ITEM};
use crate::vcard::{FreeGroup, MESSENGERS, literal, messenger_uri};

use super::super::Row;
use super::{column, types};

/// The lines of a card while its rows are read.
pub(super) struct Lines {
    lines: Vec<Line>,
    free: FreeGroup,
    groups: Vec<String>,
    seen_groups: HashSet<String>,
    named: bool,
    organized: bool,
}

impl Lines {
    pub(super) fn new() -> Self {
        Self {
            lines: Vec::new(),
            free: FreeGroup::of([].iter()),
            groups: Vec::new(),
            seen_groups: HashSet::new(),
            named: false,
            organized: false,
        }
    }

    pub(super) fn push(&mut self, line: Line) {
        self.lines.push(line);
    }

    pub(super) fn into_lines(self) -> Vec<Line> {
        self.lines
    }

    /// The memberships of all rows, as one CATEGORIES.
    pub(super) fn finish_groups(&mut self) {
        if !self.groups.is_empty() {
            let titles: Vec<String> = self.groups.iter().map(|title| text::escape(title)).collect();
            self.lines.push(Line::new("CATEGORIES", titles.join(",")));
        }
    }

    pub(super) fn row(&mut self, row: &Row) {
        let mimetype = column(row, "mimetype");
        let [value, kind, label] = ["data1", "data2", "data3"].map(|name| column(row, name));
        match mimetype.strip_prefix(ITEM) {
            Some("name") if !self.named => self.name(row),
            Some("nickname") => {
                self.lines
                    .extend(android_custom::nickname(value, kind, label, &mut self.free))
            }
            Some("phone_v2") => self.typed(row, Line::new("TEL", text::escape(value)), types::phone(kind)),
            Some("email_v2") => {
                let mut line = Line::new("EMAIL", text::escape(value));
                let shown = column(row, "data4");
                if !shown.is_empty() {
                    line.params.push(Param::new("X-DISPLAY-NAME", shown));
                }
                self.typed(row, line, types::place(kind));
            }
            Some("postal-address_v2") => self.address(row),
            Some("im") => self.messenger(row),
            Some("sip_address") => {
                let line = Line::new("IMPP", messenger_uri("sip", value)).with("X-SERVICE-TYPE", "SIP");
                self.typed(row, line, types::place(kind));
            }
            Some("organization") => self.organization(row),
            Some("relation") => {
                self.lines
                    .extend(android_custom::relation(value, kind, label, &mut self.free))
            }
            Some("contact_event") => {
                self.lines
                    .extend(android_custom::event(value, kind, label, &mut self.free))
            }
            Some("website") => self.typed(row, Line::new("URL", literal(value)), types::website(kind)),
            Some("note") if !value.is_empty() => self.push(Line::new("NOTE", text::escape(value))),
            Some("group_membership") if row.contains_key("group_title") => {
                let title = column(row, "group_title").to_owned();
                if self.seen_groups.insert(title.clone()) {
                    self.groups.push(title);
                }
            }
            // An emptied note, or the number of a picture that cannot be read over this link.
            Some("note" | "photo") => {}
            _ => self.custom(row, mimetype),
        }
    }

    fn custom(&mut self, row: &Row, mimetype: &str) {
        let names: [String; 15] = std::array::from_fn(|nth| format!("data{}", nth + 1));
        let columns: Vec<&str> = names.iter().map(|name| column(row, name)).collect();
        if !mimetype.is_empty() && columns.iter().any(|column| !column.is_empty()) {
            self.push(android_custom::row(mimetype, &columns));
        }
    }

    /// Adds a line with its types, its preference, and its label where it has one of its own.
    fn typed(&mut self, row: &Row, mut line: Line, types: &[&str]) {
        if line.value.is_empty() {
            return;
        }
        if !types.is_empty() {
            line.params.insert(
                0,
                Param {
                    name: "TYPE".to_owned(),
                    values: types.iter().map(|&kind| kind.to_owned()).collect(),
                },
            );
        }
        if column(row, "is_super_primary") == "1" || column(row, "is_primary") == "1" {
            line.params.push(Param::new("PREF", "1"));
        }
        match custom_label(row) {
            Some(label) => self.lines.extend(self.free.label(line, label)),
            None => self.lines.push(line),
        }
    }

    fn name(&mut self, row: &Row) {
        self.named = true;
        let parts = ["data3", "data2", "data5", "data4", "data6"].map(|name| text::escape(column(row, name)));
        if parts.iter().any(|part| !part.is_empty()) {
            self.push(Line::new("N", parts.join(";")));
        }
        for (name, property) in [
            ("data1", "FN"),
            ("data7", "X-PHONETIC-FIRST-NAME"),
            ("data8", "X-PHONETIC-MIDDLE-NAME"),
            ("data9", "X-PHONETIC-LAST-NAME"),
        ] {
            let value = column(row, name);
            if !value.is_empty() {
                self.push(Line::new(property, text::escape(value)));
            }
        }
    }

    fn address(&mut self, row: &Row) {
        let parts = ["data5", "data6", "data4", "data7", "data8", "data9", "data10"]
            .map(|name| text::escape(column(row, name)));
        let mut line = Line::new("ADR", parts.join(";"));
        if parts.iter().all(String::is_empty) {
            let formatted = column(row, "data1");
            if formatted.is_empty() {
                return;
            }
            line.value = format!(";;{};;;;", text::escape(formatted));
            line.params.push(Param::new("LABEL", formatted));
        }
        self.typed(row, line, types::place(column(row, "data2")));
    }

    fn messenger(&mut self, row: &Row) {
        let handle = column(row, "data1");
        let protocol = column(row, "data5");
        // Android's protocols are the first nine of the list, in its order.
        let known = protocol
            .parse()
            .ok()
            .filter(|&nth: &usize| nth < 9)
            .and_then(|nth| MESSENGERS.get(nth));
        let (service, scheme) = match known {
            Some((_, service, scheme)) => ((*service).to_owned(), (*scheme).to_owned()),
            None => {
                let service = column(row, "data6");
                let scheme: String = service
                    .chars()
                    .filter(char::is_ascii_alphanumeric)
                    .map(|char| char.to_ascii_lowercase())
                    .collect();
                (service.to_owned(), format!("x-{scheme}"))
            }
        };
        if handle.is_empty() {
            return;
        }
        let mut line = Line::new("IMPP", messenger_uri(&scheme, handle));
        if !service.is_empty() {
            line.params.push(Param::new("X-SERVICE-TYPE", service));
        }
        self.typed(row, line, types::place(column(row, "data2")));
    }

    /// ORG and what belongs to it. The lines of a second organization, or of one with a label, share an item group.
    fn organization(&mut self, row: &Row) {
        let (company, department) = (column(row, "data1"), column(row, "data5"));
        let mut lines = Vec::new();
        if !(company.is_empty() && department.is_empty()) {
            let mut org = text::escape(company);
            if !department.is_empty() {
                org.push(';');
                org.push_str(&text::escape(department));
            }
            lines.push(Line::new("ORG", org));
        }
        for (name, property) in [
            ("data4", "TITLE"),
            ("data6", "ROLE"),
            ("data7", "X-ANDROID-ORG-SYMBOL"),
            ("data8", "X-PHONETIC-ORG"),
            ("data9", "X-ANDROID-OFFICE"),
        ] {
            let value = column(row, name);
            if !value.is_empty() {
                lines.push(Line::new(property, text::escape(value)));
            }
        }
        let Some(first) = lines.first_mut() else {
            return;
        };
        for kind in types::organization(column(row, "data2")) {
            first.params.push(Param::new("TYPE", *kind));
        }
        let label = custom_label(row);
        if self.organized || label.is_some() {
            let group = self.free.next();
            for line in &mut lines {
                line.group = Some(group.clone());
            }
        }
        self.organized = true;
        if let Some(label) = label {
            let mut line = Line::new("X-ABLabel", text::escape(label));
            line.group = lines.first().and_then(|line| line.group.clone());
            lines.push(line);
        }
        self.lines.extend(lines);
    }
}

fn custom_label(row: &Row) -> Option<&str> {
    let label = column(row, "data3").trim();
    (column(row, "data2") == types::CUSTOM && !label.is_empty()).then_some(label)
}
