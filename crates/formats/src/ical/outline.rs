//! Which component stands where: the BEGIN and END lines of some bytes as a tree of spans.
//!
//! It never fails: what is not closed is closed where it must have ended, with a warning. It reads no property.

use std::ops::Range;

use crate::line::{Lines, RawLine, lines};
use crate::{Trouble, Warning};

/// Components inside one another; RFC 5545 needs three (VCALENDAR, VEVENT, VALARM). Deeper ones stay part of the
/// innermost that is told apart.
const MOST_DEPTH: usize = 8;

/// Warnings of one kind of trouble that are worth telling.
const MOST_WARNINGS: usize = 100;

/// Components that stand directly in a VCALENDAR and never in one another, so that the BEGIN of one ends another that
/// lacks its END.
const TOP: [&str; 6] = [
    "VEVENT",
    "VTODO",
    "VJOURNAL",
    "VFREEBUSY",
    "VTIMEZONE",
    "VAVAILABILITY",
];

/// One component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Component {
    /// Upper case.
    pub(crate) name: String,
    /// From its BEGIN to its END, that line's end included.
    pub(crate) span: Range<usize>,
    /// The line of its BEGIN, 1-based.
    pub(crate) line: usize,
    /// Its END is there.
    pub(crate) closed: bool,
    /// In order.
    pub(crate) children: Vec<Component>,
}

/// The components that stand in no other, in order.
pub(crate) fn outline(bytes: &[u8], warnings: &mut Vec<Warning>) -> Vec<Component> {
    let mut open = Open {
        stack: Vec::new(),
        roots: Vec::new(),
        warnings,
    };
    // BEGINs beyond the depth that are still open.
    let mut beyond = 0usize;
    let mut end = 0;
    for line in lines(bytes) {
        end = line.span.end;
        match Bracket::of(&line.bytes) {
            Some(Bracket::Begin(name)) => {
                if name == "VCALENDAR" {
                    beyond = 0;
                    open.close_down_to(0, line.span.start);
                } else if beyond > 0 {
                    beyond += 1;
                    continue;
                } else if TOP.contains(&name.as_str())
                    && let Some(at) = open.innermost(|component| TOP.contains(&component.name.as_str()))
                {
                    open.close_down_to(at, line.span.start);
                }
                if open.stack.len() >= MOST_DEPTH {
                    beyond = 1;
                    warn(open.warnings, line.number, Trouble::TooMuch);
                    continue;
                }
                open.stack.push(Component {
                    name,
                    span: line.span.clone(),
                    line: line.number,
                    closed: false,
                    children: Vec::new(),
                });
            }
            Some(Bracket::End(_)) if beyond > 0 => beyond -= 1,
            Some(Bracket::End(name)) => match open.innermost(|component| component.name == name) {
                Some(at) => {
                    open.close_down_to(at + 1, line.span.start);
                    if let Some(component) = open.stack.last_mut() {
                        component.closed = true;
                    }
                    open.close_down_to(at, line.span.end);
                }
                None => {
                    warn(open.warnings, line.number, Trouble::Unclosed);
                    // Nothing goes on after the end of a calendar, even of one whose BEGIN is not there.
                    if name == "VCALENDAR" {
                        open.close_down_to(0, line.span.start);
                    }
                }
            },
            None => {}
        }
    }
    open.close_down_to(0, end);
    open.roots
}

/// Adds a warning, unless there are enough of its kind.
pub(crate) fn warn(warnings: &mut Vec<Warning>, line: usize, trouble: Trouble) {
    // Only hostile bytes come near the limit, so that counting anew each time costs nothing where it matters.
    if warnings.len() < MOST_WARNINGS || !warnings.iter().any(|warning| warning.trouble == trouble) {
        warnings.push(Warning { line, trouble });
    }
}

impl Component {
    /// Its own lines, those of its children, BEGIN and END left out. `bytes` are those that were outlined.
    pub(crate) fn lines<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = RawLine<'a>> + 'a {
        let mut starts = vec![self.span.start];
        starts.extend(self.children.iter().map(|child| child.span.end));
        let mut ends: Vec<usize> = self.children.iter().map(|child| child.span.start).collect();
        ends.push(self.span.end);
        starts
            .into_iter()
            .zip(ends)
            .flat_map(move |(start, end)| {
                piece(bytes, start..end).map(move |line| moved(line, start, self.line))
            })
            .filter(|line| Bracket::of(&line.bytes).is_none())
    }

    /// It and all inside it, itself first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Component> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let next = waiting.pop()?;
            waiting.extend(next.children.iter().rev());
            Some(next)
        })
    }
}

fn piece(bytes: &[u8], span: Range<usize>) -> Lines<'_> {
    lines(bytes.get(span).unwrap_or_default())
}

/// The line with its place in the whole. Its number is that of the component: exact numbers would need a second pass
/// over what stands before.
fn moved(line: RawLine<'_>, start: usize, number: usize) -> RawLine<'_> {
    RawLine {
        number,
        span: line.span.start + start..line.span.end + start,
        bytes: line.bytes,
    }
}

/// The components that are open at some line, and those that are done.
struct Open<'w> {
    stack: Vec<Component>,
    roots: Vec<Component>,
    warnings: &'w mut Vec<Warning>,
}

impl Open<'_> {
    /// Where in the stack the innermost such component is.
    fn innermost(&self, is: impl Fn(&Component) -> bool) -> Option<usize> {
        self.stack.iter().rposition(is)
    }

    /// Closes components until `depth` of them are open; they end at `end`.
    fn close_down_to(&mut self, depth: usize, end: usize) {
        while self.stack.len() > depth
            && let Some(mut component) = self.stack.pop()
        {
            component.span.end = end;
            if !component.closed {
                warn(self.warnings, component.line, Trouble::Unclosed);
            }
            match self.stack.last_mut() {
                Some(parent) => parent.children.push(component),
                None => self.roots.push(component),
            }
        }
    }
}

/// A BEGIN or END line and the component it names, in upper case.
enum Bracket {
    Begin(String),
    End(String),
}

impl Bracket {
    fn of(line: &[u8]) -> Option<Self> {
        let colon = line.iter().take(8).position(|&byte| byte == b':')?;
        let (keyword, name) = (line[..colon].trim_ascii(), &line[colon + 1..]);
        let begins = keyword.eq_ignore_ascii_case(b"BEGIN");
        if !begins && !keyword.eq_ignore_ascii_case(b"END") {
            return None;
        }
        // Control characters are not written either, and a name must stay itself.
        let name = std::str::from_utf8(name).ok()?.replace(char::is_control, "");
        let name = name.trim().to_ascii_uppercase();
        Some(if begins {
            Self::Begin(name)
        } else {
            Self::End(name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `NAME[child child]`, `!` behind what is not closed, and the number of warnings.
    fn check(text: &str, expected: &str, warned: usize) {
        fn show(components: &[Component]) -> String {
            let shown: Vec<String> = components
                .iter()
                .map(|component| {
                    let mark = if component.closed { "" } else { "!" };
                    match show(&component.children) {
                        inside if inside.is_empty() => format!("{}{mark}", component.name),
                        inside => format!("{}{mark}[{inside}]", component.name),
                    }
                })
                .collect();
            shown.join(" ")
        }
        let bytes = text.replace(' ', "\n");
        let mut warnings = Vec::new();
        assert_eq!(
            show(&outline(bytes.as_bytes(), &mut warnings)),
            expected,
            "{text}"
        );
        assert_eq!(warnings.len(), warned, "{text}: {warnings:?}");
    }

    #[test]
    fn brackets_make_a_tree_however_they_are_broken() {
        check("", "", 0);
        check("BEGIN:VCALENDAR END:VCALENDAR", "VCALENDAR", 0);
        check(
            "junk BEGIN:VCALENDAR begin:vevent BEGIN:VALARM END:VALARM END:VEVENT BEGIN:VTODO END:VTODO END:VCALENDAR more",
            "VCALENDAR[VEVENT[VALARM] VTODO]",
            0,
        );
        check("BEGIN:VEVENT END:VEVENT", "VEVENT", 0);
        check("BEGIN:VCALENDAR BEGIN:VEVENT", "VCALENDAR![VEVENT!]", 2);
        check(
            "BEGIN:VCALENDAR BEGIN:VEVENT END:VCALENDAR",
            "VCALENDAR[VEVENT!]",
            1,
        );
        check(
            "BEGIN:VCALENDAR BEGIN:VEVENT BEGIN:VALARM BEGIN:VEVENT END:VEVENT END:VCALENDAR",
            "VCALENDAR[VEVENT![VALARM!] VEVENT]",
            2,
        );
        check(
            "BEGIN:VCALENDAR BEGIN:VEVENT BEGIN:VCALENDAR BEGIN:VTODO END:VTODO END:VCALENDAR",
            "VCALENDAR![VEVENT!] VCALENDAR[VTODO]",
            2,
        );
        check("END:VEVENT BEGIN:VEVENT END:VALARM END:VEVENT", "VEVENT", 2);
        check(
            "BEGIN:VEVENT END:VCALENDAR BEGIN:VTODO END:VTODO",
            "VEVENT! VTODO",
            2,
        );
        let deep = format!("{}{}", "BEGIN:X ".repeat(20), "END:X ".repeat(20));
        check(deep.trim(), "X[X[X[X[X[X[X[X]]]]]]]", 1);
    }

    #[test]
    fn own_lines_are_those_of_no_child() {
        let text =
            b"BEGIN:VEVENT\r\nA:1\r\n\r\nBEGIN:VALARM\r\nB:1\r\nEND:VALARM\r\nC:1\r\n 2\r\nEND:VEVENT\r\n";
        let roots = outline(text, &mut Vec::new());
        let own: Vec<_> = roots[0]
            .lines(text)
            .map(|line| String::from_utf8(line.bytes.into_owned()).unwrap())
            .collect();
        assert_eq!(own, ["A:1", "C:12"]);
        assert_eq!(roots[0].span, 0..text.len());
    }
}
