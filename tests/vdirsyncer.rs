//! Another program's copy of an account: vdirsyncer's, which shares no code with ours. It is asked from outside, and
//! nothing here reads an account by itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sidekeep_testphones::dav::DavServer;

/// vdirsyncer with a folder of its own.
#[derive(Debug)]
pub struct Vdirsyncer {
    folder: PathBuf,
}

impl Vdirsyncer {
    /// Of these address books and calendars of an account, in an empty folder.
    ///
    /// # Panics
    /// When the folder cannot be written, or vdirsyncer does not find the account.
    pub fn of(server: &DavServer, books: &[&str], calendars: &[&str], folder: &Path) -> Self {
        let mut config = format!("[general]\nstatus_path = {:?}\n", folder.join("status"));
        let books = books
            .iter()
            .map(|name| (*name, "carddav", ".vcf", server.book(name)));
        let calendars = calendars
            .iter()
            .map(|name| (*name, "caldav", ".ics", server.calendar(name)));
        for (name, kind, ending, path) in books.chain(calendars) {
            let copy = folder.join(name);
            fs::create_dir_all(&copy).unwrap_or_else(|error| panic!("{error}"));
            let login = server.login().map_or(String::new(), |(user, password)| {
                format!("username = \"{user}\"\npassword = \"{password}\"\n")
            });
            config += &format!(
                "[pair {name}]\na = \"{name}_copy\"\nb = \"{name}_account\"\ncollections = null\n\
                 [storage {name}_copy]\ntype = \"filesystem\"\npath = {copy:?}\nfileext = \"{ending}\"\n\
                 [storage {name}_account]\ntype = \"{kind}\"\nurl = \"http://{}{path}/\"\n{login}",
                server.address()
            );
        }
        let client = Self {
            folder: folder.to_owned(),
        };
        fs::write(client.config(), config).unwrap_or_else(|error| panic!("{error}"));
        let found = client
            .command("discover")
            .output()
            .unwrap_or_else(|error| panic!("{error}"));
        assert!(
            found.status.success(),
            "{}",
            String::from_utf8_lossy(&found.stderr)
        );
        client
    }

    fn config(&self) -> PathBuf {
        self.folder.join("config")
    }

    fn command(&self, command: &str) -> Command {
        let mut words = Command::new(crate::tool("SIDEKEEP_PYTHON"));
        words
            .args(["-m", "vdirsyncer", "--config"])
            .arg(self.config())
            .arg(command)
            .stdin(Stdio::null());
        words
    }

    /// The command that brings the copy and the account together, ready to start.
    pub fn sync(&self) -> Command {
        self.command("sync")
    }

    /// What is in a collection by this program's account of it, sorted.
    ///
    /// # Panics
    /// When it fails.
    pub fn items(&self, collection: &str) -> Vec<String> {
        let synced = self.sync().output().unwrap_or_else(|error| panic!("{error}"));
        assert!(
            synced.status.success(),
            "{}",
            String::from_utf8_lossy(&synced.stderr)
        );
        let files = fs::read_dir(self.folder.join(collection)).unwrap_or_else(|error| panic!("{error}"));
        let mut items: Vec<String> = files
            .map(|file| {
                let text = file.and_then(|file| fs::read_to_string(file.path()));
                text.unwrap_or_else(|error| panic!("{error}"))
            })
            .collect();
        items.sort_unstable();
        items
    }
}
