//! What another program does to an account, as requests.

use base64::Engine;
use serde_json::json;

use super::DavServer;

/// What another program does to the account. Paths are below the home of address books, or that of calendars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new address book of this name.
    Book(String),
    /// A new calendar of this name, for these components (none: whatever the server takes).
    Calendar(String, Vec<&'static str>),
    /// These bytes there.
    Put(String, String),
    /// Nothing there any more.
    Delete(String),
}

impl Change {
    pub(super) fn request(&self, server: &DavServer) -> serde_json::Value {
        let (method, path, kind, body) = match self {
            Change::Book(name) => {
                let kind = "<D:collection/><A:addressbook/>";
                (
                    "MKCOL",
                    name,
                    "application/xml",
                    making("D:mkcol", name, kind, ""),
                )
            }
            Change::Calendar(name, components) => {
                let set: String = components
                    .iter()
                    .map(|name| format!("<C:comp name=\"{name}\"/>"))
                    .collect();
                let set = match set.as_str() {
                    "" => String::new(),
                    set => format!(
                        "<C:supported-calendar-component-set>{set}</C:supported-calendar-component-set>"
                    ),
                };
                let kind = "<D:collection/><C:calendar/>";
                (
                    "MKCALENDAR",
                    name,
                    "application/xml",
                    making("C:mkcalendar", name, kind, &set),
                )
            }
            Change::Put(path, body) => {
                let kind = match path.rsplit('.').next() {
                    Some("vcf") => "text/vcard",
                    Some("gif") => "image/gif",
                    _ => "text/calendar",
                };
                ("PUT", path, kind, body.clone())
            }
            Change::Delete(path) => ("DELETE", path, "text/plain", String::new()),
        };
        let mut headers = json!({ "Content-Type": format!("{kind}; charset=utf-8") });
        if let Some((user, password)) = server.login() {
            let login = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
            headers["Authorization"] = json!(format!("Basic {login}"));
        }
        let path = match self {
            Change::Book(_) => server.book(path),
            Change::Calendar(..) => server.calendar(path),
            Change::Put(..) | Change::Delete(_) if !path.ends_with(".ics") => server.book(path),
            Change::Put(..) | Change::Delete(_) => server.calendar(path),
        };
        json!([method, path, headers, body])
    }
}

fn making(request: &str, path: &str, kind: &str, more: &str) -> String {
    let name = path.trim_end_matches('/');
    format!(
        "<?xml version=\"1.0\"?><{request} xmlns:D=\"DAV:\" xmlns:A=\"urn:ietf:params:xml:ns:carddav\" \
         xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:I=\"http://apple.com/ns/ical/\"><D:set><D:prop>\
         <D:resourcetype>{kind}</D:resourcetype><D:displayname>{name}</D:displayname>{more}\
         <I:calendar-color>#FF2968FF</I:calendar-color></D:prop></D:set></{request}>"
    )
}
