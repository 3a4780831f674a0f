//! The command line of `content` (AOSP cmds/content Content.java): a grammar of its own, not getopt. Parses only.

/// A parsed command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Query(Query),
    Call(Call),
    Read(Uri),
    GetType(Uri),
    Insert(Insert),
    /// update, delete, write: known to the real tool, never done here.
    Write(Uri),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) uri: Uri,
    pub(crate) projection: Option<Vec<String>>,
    pub(crate) condition: Option<String>,
    pub(crate) sort: Option<String>,
    pub(crate) extras: Vec<Binding>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Insert {
    pub(crate) uri: Uri,
    pub(crate) columns: Vec<Binding>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) uri: Uri,
    pub(crate) method: String,
    pub(crate) extras: Vec<Binding>,
}

/// A typed value of `--extra` or `--bind`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A content URI, as far as it is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uri {
    pub(crate) text: String,
    pub(crate) authority: String,
    pub(crate) path: Vec<String>,
    parameters: Vec<(String, String)>,
}

impl Uri {
    pub(crate) fn parse(text: &str) -> Self {
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        Self {
            text: text.to_owned(),
            authority: authority.to_owned(),
            path: path
                .split('/')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
            parameters: query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        }
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

impl Query {
    pub(crate) fn extra(&self, name: &str) -> Option<&str> {
        extra(&self.extras, name)
    }
}

impl Call {
    pub(crate) fn extra(&self, name: &str) -> Option<&str> {
        extra(&self.extras, name)
    }
}

fn extra<'a>(extras: &'a [Binding], name: &str) -> Option<&'a str> {
    extras
        .iter()
        .find(|binding| binding.name == name)
        .map(|binding| binding.value.as_str())
}

/// Parses the arguments as the tool of an API level does; the error is the text after `[ERROR] `.
pub(crate) fn parse(arguments: &[String], api: u32) -> Result<Command, String> {
    let mut arguments = arguments.iter().map(String::as_str);
    let operation = arguments.next();
    let (Some(
        operation @ ("query" | "call" | "read" | "gettype" | "insert" | "update" | "delete" | "write"),
    ),) = (operation,)
    else {
        return Err(format!("Unsupported operation: {}", operation.unwrap_or("null")));
    };
    let mut options = Options::default();
    while let Some(name) = arguments.next() {
        let takes = match name {
            "--uri" | "--user" => true,
            "--projection" => operation == "query",
            "--where" => matches!(operation, "query" | "update" | "delete"),
            "--sort" => operation == "query",
            "--method" | "--arg" => operation == "call",
            "--bind" => matches!(operation, "insert" | "update"),
            // Android 10 knows extras for `call` only.
            "--extra" => {
                operation == "call" || (api >= 31 && !matches!(operation, "read" | "gettype" | "write"))
            }
            _ => false,
        };
        if !takes {
            return Err(format!("Unsupported argument: {name}"));
        }
        let value = arguments.next().unwrap_or_default();
        if matches!(name, "--bind" | "--extra") {
            options.bindings.push(binding(value, api)?);
            continue;
        }
        if value.is_empty() || value.starts_with("--") {
            return Err(format!("Argument expected after {name}"));
        }
        options.set(name, value)?;
    }
    options.command(operation)
}

#[derive(Default)]
struct Options {
    uri: Option<Uri>,
    projection: Option<Vec<String>>,
    condition: Option<String>,
    sort: Option<String>,
    method: Option<String>,
    bindings: Vec<Binding>,
}

impl Options {
    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "--uri" => self.uri = Some(Uri::parse(value)),
            "--user" => {
                value
                    .parse::<i32>()
                    .map_err(|_| format!("For input string: \"{value}\""))?;
            }
            "--projection" => self.projection = Some(split_projection(value)),
            "--where" => self.condition = Some(value.to_owned()),
            "--sort" => self.sort = Some(value.to_owned()),
            "--method" => self.method = Some(value.to_owned()),
            _ => {}
        }
        Ok(())
    }

    fn command(self, operation: &str) -> Result<Command, String> {
        let Some(uri) = self.uri else {
            return Err("Content provider URI not specified. Did you specify --uri argument?".to_owned());
        };
        Ok(match operation {
            "query" => Command::Query(Query {
                uri,
                projection: self.projection,
                condition: self.condition,
                sort: self.sort,
                extras: self.bindings,
            }),
            "call" => Command::Call(Call {
                uri,
                method: self
                    .method
                    .ok_or_else(|| "Content provider method not specified.".to_owned())?,
                extras: self.bindings,
            }),
            "insert" => Command::Insert(Insert {
                uri,
                columns: self.bindings,
            }),
            "read" => Command::Read(uri),
            "gettype" => Command::GetType(uri),
            _ => Command::Write(uri),
        })
    }
}

/// Java's `split("[\\s]*:[\\s]*")`: white space round a colon goes, and so do empty parts at the end.
fn split_projection(text: &str) -> Vec<String> {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r');
    let parts: Vec<&str> = text.split(':').collect();
    let last = parts.len() - 1;
    let mut names: Vec<String> = parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let part = if index > 0 {
                part.trim_start_matches(is_space)
            } else {
                part
            };
            let part = if index < last {
                part.trim_end_matches(is_space)
            } else {
                part
            };
            part.to_owned()
        })
        .collect();
    while last > 0 && names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    names
}

/// `NAME:TYPE:VALUE`. From API 31 on a backslash escapes the next character and there are exactly three fields;
/// before, everything after the second colon is the value.
fn binding(text: &str, api: u32) -> Result<Binding, String> {
    let malformed = || format!("Binding not well formed: {text}");
    let fields = if api >= 31 {
        split_escaped(text)
    } else {
        text.splitn(3, ':').map(str::to_owned).collect()
    };
    let [name, kind, value] = <[String; 3]>::try_from(fields).map_err(|_| malformed())?;
    let fits = match kind.to_ascii_lowercase().as_str() {
        "b" | "s" => true,
        "n" => api >= 30,
        "i" => value.parse::<i32>().is_ok(),
        "l" => value.parse::<i64>().is_ok(),
        "f" | "d" => value.parse::<f64>().is_ok(),
        _ => return Err(format!("Unsupported type: {kind}")),
    };
    if !fits {
        return Err(format!("For input string: \"{value}\""));
    }
    Ok(Binding { name, value })
}

fn split_escaped(text: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ':' => fields.push(String::new()),
            c => {
                let c = if c == '\\' { chars.next().unwrap_or(c) } else { c };
                if let Some(field) = fields.last_mut() {
                    field.push(c);
                }
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn bad_arguments_say_why() {
        let check = |line: &str, api: u32, expected: &str| {
            assert_eq!(parse(&words(line), api), Err(expected.to_owned()), "{line}");
        };
        check("", 34, "Unsupported operation: ");
        check("list --uri content://x", 34, "Unsupported operation: list");
        check(
            "query",
            34,
            "Content provider URI not specified. Did you specify --uri argument?",
        );
        check("query --uri", 34, "Argument expected after --uri");
        check(
            "query --uri content://x --where --sort",
            34,
            "Argument expected after --where",
        );
        check(
            "query --uri content://x --limit 5",
            34,
            "Unsupported argument: --limit",
        );
        check(
            "read --uri content://x --where y",
            34,
            "Unsupported argument: --where",
        );
        check(
            "call --uri content://x",
            34,
            "Content provider method not specified.",
        );
        check(
            "query --uri content://x --extra a:i:1",
            29,
            "Unsupported argument: --extra",
        );
        check(
            "query --uri content://x --extra a:b:i:1",
            34,
            "Binding not well formed: a:b:i:1",
        );
        check("query --uri content://x --extra a:z:1", 34, "Unsupported type: z");
        check(
            "query --uri content://x --user me",
            34,
            "For input string: \"me\"",
        );
    }

    #[test]
    fn extras_are_escaped_since_12() {
        let Ok(Command::Query(query)) = parse(
            &words(r"query --uri content://media/external/file?limit=3 --extra android\:x:i:1"),
            34,
        ) else {
            panic!("a query");
        };
        assert_eq!(query.extra("android:x"), Some("1"));
        assert_eq!(query.uri.parameter("limit"), Some("3"));
        assert_eq!(query.uri.path, ["external", "file"]);
        assert_eq!(
            binding("a:s:b:c", 29).map(|binding| binding.value),
            Ok("b:c".to_owned())
        );
    }

    #[test]
    fn projections_are_split_as_java_splits() {
        assert_eq!(split_projection("_id : data1:data2::"), ["_id", "data1", "data2"]);
        assert_eq!(split_projection("hex(a) AS b:c"), ["hex(a) AS b", "c"]);
        assert_eq!(split_projection(":a"), ["", "a"]);
    }
}
