//! The sources that an archive remembers, in `.sidekeep/sources.toml`. It holds no secret.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize};
use sidekeep_model::{CollectionId, Kind, PhoneId, SourceName, Time};
use ts_rs::TS;

use crate::grouping::Grouping;
use crate::replace::replace;
use crate::screen::TroubleKind;

/// A source that the archive remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// What its owner calls it.
    pub name: String,
    /// The source, in its canonical text.
    pub source: SourceName,
    /// The phone that was found there last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneId>,
    /// What its owner chose not to mirror.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<NotMirrored>,
    /// The folders that are looked at over MTP; none are the usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<String>,
    /// What the phone that is found there will belong to. It is forgotten once that is known to be a phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<PhoneId>,
    /// The last try, where nothing could be reached; what is reached again has a run to tell of it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "understood"
    )]
    pub failed: Option<Failed>,
}

impl Remembered {
    /// A source of which nothing is known yet.
    pub fn new(name: impl Into<String>, source: SourceName) -> Self {
        Self {
            name: name.into(),
            source,
            phone: None,
            left_out: Vec::new(),
            folders: Vec::new(),
            belongs_to: None,
            failed: None,
        }
    }
}

/// A try that reached nothing: no run began, so the archive knows nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// When.
    pub at: Time,
    /// Why.
    pub why: TroubleKind,
}

/// A kind of trouble that a later version wrote must not spoil the list for this one.
fn understood<'de, D: Deserializer<'de>>(given: D) -> Result<Option<Failed>, D::Error> {
    Ok(toml::Value::deserialize(given)?.try_into().ok())
}

/// A phone or account that belongs to another, as its owner said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Belonging {
    /// What belongs.
    pub(crate) phone: PhoneId,
    /// The phone that it belongs to.
    pub(crate) to: PhoneId,
}

/// A collection that its owner chose not to mirror.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotMirrored {
    /// What is not mirrored of it.
    pub kind: Kind,
    /// The collection.
    pub id: CollectionId,
    /// Its name, as it was when it was left out.
    pub name: String,
}

/// Why the list could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RememberedError {
    /// The disk.
    #[error("{path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The file is no such list; it is left as it is.
    #[error("{path} cannot be understood")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: Box<toml::de::Error>,
    },
    /// Another source has this name.
    #[error("another source is called {0:?}")]
    Taken(String),
    /// The source is remembered already, under this name.
    #[error("the source is remembered as {0:?}")]
    Known(String),
    /// What belongs to a phone cannot be what that phone belongs to.
    #[error("{0} belongs to it already")]
    Circle(PhoneId),
}

#[derive(Default, Serialize, Deserialize)]
struct File {
    #[serde(default)]
    source: Vec<Remembered>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    belongs: Vec<Belonging>,
}

/// The list of one archive.
#[derive(Debug)]
pub(crate) struct Sources {
    path: PathBuf,
    list: Vec<Remembered>,
    grouping: Grouping,
}

impl Sources {
    /// Reads the list of the archive at `root`; an absent file is an empty list.
    ///
    /// # Errors
    /// When the file cannot be read or understood.
    pub(crate) fn of(root: &Path) -> Result<Self, RememberedError> {
        let path = root.join(".sidekeep").join("sources.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(source) => return Err(RememberedError::Io { path, source }),
        };
        match toml::from_str::<File>(&text) {
            Ok(file) => Ok(Self {
                path,
                list: file.source,
                grouping: Grouping::of(&file.belongs),
            }),
            Err(source) => Err(RememberedError::Damaged {
                path,
                source: Box::new(source),
            }),
        }
    }

    /// All, in the order in which they were added.
    pub(crate) fn list(&self) -> &[Remembered] {
        &self.list
    }

    /// What belongs together.
    pub(crate) fn grouping(&self) -> &Grouping {
        &self.grouping
    }

    /// Notes that a phone belongs to another, or to none.
    ///
    /// # Errors
    /// `Circle`, or when the disk fails.
    pub(crate) fn belongs(&mut self, phone: &PhoneId, to: Option<&PhoneId>) -> Result<(), RememberedError> {
        match to {
            Some(to) => self.grouping.join(phone, to)?,
            None => self.grouping.separate(phone),
        }
        self.write()
    }

    /// Notes what belongs to what by its source: at once where it is known who is there, else as soon as it is. A source
    /// that is not remembered is left alone.
    ///
    /// # Errors
    /// `Circle`, or when the disk fails.
    pub(crate) fn source_belongs(
        &mut self,
        source: &SourceName,
        to: Option<&PhoneId>,
    ) -> Result<(), RememberedError> {
        let Some(old) = self.list.iter_mut().find(|old| old.source == *source) else {
            return Ok(());
        };
        if let Some(phone) = old.phone.clone() {
            return self.belongs(&phone, to);
        }
        old.belongs_to = to.cloned();
        self.write()
    }

    /// Adds one.
    ///
    /// # Errors
    /// When its name or source is taken, or the disk fails.
    pub(crate) fn add(&mut self, new: Remembered) -> Result<(), RememberedError> {
        if let Some(known) = self.list.iter().find(|old| old.source == new.source) {
            return Err(RememberedError::Known(known.name.clone()));
        }
        if self.list.iter().any(|old| old.name == new.name) {
            return Err(RememberedError::Taken(new.name));
        }
        self.list.push(new);
        self.write()
    }

    /// Calls a source otherwise; false when there is none.
    ///
    /// # Errors
    /// When another has the name, or the disk fails; the list is then what it was.
    pub(crate) fn rename(&mut self, source: &SourceName, name: &str) -> Result<bool, RememberedError> {
        if self
            .list
            .iter()
            .any(|old| old.name == name && old.source != *source)
        {
            return Err(RememberedError::Taken(name.to_owned()));
        }
        match self.list.iter_mut().find(|old| old.source == *source) {
            Some(old) => {
                name.clone_into(&mut old.name);
                self.write().map(|()| true)
            }
            None => Ok(false),
        }
    }

    /// Notes what is not to be mirrored of a source; one that is not remembered is left alone.
    ///
    /// # Errors
    /// When the disk fails.
    pub(crate) fn leave_out(
        &mut self,
        source: &SourceName,
        left_out: &[NotMirrored],
    ) -> Result<(), RememberedError> {
        match self.list.iter_mut().find(|old| old.source == *source) {
            Some(old) if old.left_out != left_out => {
                left_out.clone_into(&mut old.left_out);
                self.write()
            }
            _ => Ok(()),
        }
    }

    /// Notes which folders of a source are looked at; one that is not remembered is left alone.
    ///
    /// # Errors
    /// When the disk fails.
    pub(crate) fn folders(&mut self, source: &SourceName, folders: &[String]) -> Result<(), RememberedError> {
        match self.list.iter_mut().find(|old| old.source == *source) {
            Some(old) if old.folders != folders => {
                folders.clone_into(&mut old.folders);
                self.write()
            }
            _ => Ok(()),
        }
    }

    /// Removes those with this name or source, and says which these were.
    ///
    /// # Errors
    /// When the disk fails.
    pub(crate) fn remove(&mut self, name: &str) -> Result<Vec<SourceName>, RememberedError> {
        let meant = |old: &mut Remembered| old.name == name || old.source.as_str() == name;
        let removed: Vec<SourceName> = self.list.extract_if(.., meant).map(|old| old.source).collect();
        if !removed.is_empty() {
            self.write()?;
        }
        Ok(removed)
    }

    /// Notes that a source could not be reached; one that is not remembered is left alone.
    ///
    /// # Errors
    /// When the disk fails.
    pub(crate) fn failed(&mut self, source: &SourceName, failed: Failed) -> Result<(), RememberedError> {
        match self.list.iter_mut().find(|old| old.source == *source) {
            Some(old) => {
                old.failed = Some(failed);
                self.write()
            }
            None => Ok(()),
        }
    }

    /// Notes which phone was found at a source; a source that is not remembered is left alone.
    ///
    /// # Errors
    /// When the disk fails.
    pub(crate) fn found(&mut self, source: &SourceName, phone: &PhoneId) -> Result<(), RememberedError> {
        let Some(old) = self.list.iter_mut().find(|old| old.source == *source) else {
            return Ok(());
        };
        let (belongs_to, failed) = (old.belongs_to.take(), old.failed.take());
        if old.phone.as_ref() == Some(phone) && belongs_to.is_none() && failed.is_none() {
            return Ok(());
        }
        old.phone = Some(phone.clone());
        // It may turn out to be the phone itself that it was to belong to: then there is nothing to say.
        let circle = belongs_to.is_some_and(|to| self.grouping.join(phone, &to).is_err());
        if circle {
            tracing::warn!(%source, "what was found there is what it was to belong to");
        }
        self.write()
    }

    fn write(&self) -> Result<(), RememberedError> {
        let io = |source| RememberedError::Io {
            path: self.path.clone(),
            source,
        };
        let text = toml::to_string(&File {
            source: self.list.clone(),
            belongs: self.grouping.said(),
        })
        .map_err(|error| io(std::io::Error::other(error)))?;
        replace(&self.path, &text, &|| Ok(())).map_err(io)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remembered(name: &str, source: &str) -> Remembered {
        Remembered::new(name, source.into())
    }

    #[test]
    fn remembers_and_forgets() {
        let dir = tempfile::tempdir().unwrap();
        let mut sources = Sources::of(dir.path()).unwrap();
        sources.add(remembered("ada", "adb://a:1")).unwrap();
        sources.add(remembered("card", "folder:/card")).unwrap();
        let taken = sources.add(remembered("ada", "adb://b:1"));
        assert!(matches!(taken, Err(RememberedError::Taken(name)) if name == "ada"));
        let known = sources.add(remembered("new", "folder:/card"));
        assert!(matches!(known, Err(RememberedError::Known(name)) if name == "card"));
        sources.found(&"adb://a:1".into(), &"android:1".into()).unwrap();
        let left_out = vec![NotMirrored {
            kind: Kind::Event,
            id: "/office/".into(),
            name: "Work".into(),
        }];
        sources.leave_out(&"adb://a:1".into(), &left_out).unwrap();
        sources.leave_out(&"adb://b:1".into(), &left_out).unwrap();
        let folders = vec!["DCIM".to_owned(), "Android/media/chat".to_owned()];
        sources.folders(&"adb://a:1".into(), &folders).unwrap();
        sources.folders(&"adb://b:1".into(), &folders).unwrap();
        assert_eq!(sources.remove("card").unwrap(), ["folder:/card".into()]);
        assert_eq!(sources.remove("nobody").unwrap(), []);

        let again = Sources::of(dir.path()).unwrap();
        assert_eq!(
            again.list(),
            [Remembered {
                phone: Some("android:1".into()),
                left_out,
                folders,
                ..remembered("ada", "adb://a:1")
            }]
        );
    }

    #[test]
    fn a_new_name_takes_nothing_away() {
        let dir = tempfile::tempdir().unwrap();
        let mut sources = Sources::of(dir.path()).unwrap();
        sources.add(remembered("ada", "adb://a:1")).unwrap();
        sources.add(remembered("card", "folder:/card")).unwrap();
        sources.found(&"adb://a:1".into(), &"android:1".into()).unwrap();
        let check = |source: &str, name: &str, renamed: Result<bool, &str>, names: [&str; 2]| {
            let mut sources = Sources::of(dir.path()).unwrap();
            let done = sources.rename(&source.into(), name).map_err(|error| match error {
                RememberedError::Taken(name) => name,
                other => other.to_string(),
            });
            assert_eq!(done, renamed.map_err(str::to_owned), "{source} {name}");
            let list = Sources::of(dir.path()).unwrap().list;
            let found: Vec<&str> = list.iter().map(|known| known.name.as_str()).collect();
            assert_eq!(found, names, "{source} {name}");
            assert_eq!(list[0].phone, Some("android:1".into()));
        };
        check("adb://a:1", "card", Err("card"), ["ada", "card"]);
        check("adb://b:1", "new", Ok(false), ["ada", "card"]);
        check("adb://a:1", "ada", Ok(true), ["ada", "card"]);
        check("adb://a:1", "Ada's", Ok(true), ["Ada's", "card"]);
        check("folder:/card", "ada", Ok(true), ["Ada's", "ada"]);
    }

    #[test]
    fn what_belongs_together_is_said_before_it_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let mut sources = Sources::of(dir.path()).unwrap();
        for source in ["dav+https://u@h/", "adb://a:1"] {
            sources.add(remembered(source, source)).unwrap();
        }
        let (account, pixel) = (PhoneId::from("dav:u"), PhoneId::from("android:1"));
        let head = |phone: &PhoneId| {
            let again = Sources::of(dir.path()).unwrap();
            again.grouping().head(phone).clone()
        };
        for source in ["dav+https://u@h/", "adb://a:1", "folder:/nowhere"] {
            sources.source_belongs(&source.into(), Some(&pixel)).unwrap();
        }
        assert_eq!(head(&account), account);
        sources.found(&"dav+https://u@h/".into(), &account).unwrap();
        sources.found(&"adb://a:1".into(), &pixel).unwrap();
        assert_eq!((head(&account), head(&pixel)), (pixel.clone(), pixel.clone()));
        // Said once: what its owner separates stays separate.
        sources.belongs(&account, None).unwrap();
        sources.found(&"dav+https://u@h/".into(), &account).unwrap();
        assert_eq!(head(&account), account);
        sources
            .source_belongs(&"dav+https://u@h/".into(), Some(&pixel))
            .unwrap();
        assert_eq!(head(&account), pixel);
        let circle = sources.belongs(&pixel, Some(&account));
        assert!(matches!(circle, Err(RememberedError::Circle(phone)) if phone == account));
    }

    #[test]
    fn the_last_try_that_reached_nothing_is_told_until_one_does() {
        let dir = tempfile::tempdir().unwrap();
        let mut sources = Sources::of(dir.path()).unwrap();
        sources.add(remembered("ada", "adb://a:1")).unwrap();
        let failed = |seconds| Failed {
            at: Time::from_seconds(seconds).unwrap(),
            why: TroubleKind::Login,
        };
        let told = || Sources::of(dir.path()).unwrap().list[0].failed;
        for seconds in [1_700_000_000, 1_700_000_060] {
            sources.failed(&"adb://a:1".into(), failed(seconds)).unwrap();
            sources.failed(&"adb://b:1".into(), failed(1)).unwrap();
            assert_eq!(told(), Some(failed(seconds)));
        }
        // A later version may know of troubles that this one has no name for.
        let path = dir.path().join(".sidekeep/sources.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("\"login\""), "{text}");
        std::fs::write(&path, text.replace("\"login\"", "\"eclipse\"")).unwrap();
        assert_eq!(told(), None);
        sources.found(&"adb://a:1".into(), &"android:1".into()).unwrap();
        assert_eq!(told(), None);
    }

    #[test]
    fn a_damaged_list_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".sidekeep/sources.toml");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "source = 3").unwrap();
        assert!(matches!(
            Sources::of(dir.path()),
            Err(RememberedError::Damaged { .. })
        ));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "source = 3");
    }
}
