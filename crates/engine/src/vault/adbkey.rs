//! The key by which phones with USB debugging know this computer: `adbkey` beside the settings, or the one that the `adb` tool
//! made before us, which the owner's phones may know already. A file that only its owner reads, as adb's own is; a phone's
//! owner takes it back on the phone ([decision 0015](../../../../docs/decisions/0015-one-key-for-all-phones.md)).

use std::io;
use std::path::{Path, PathBuf};

use sidekeep_links::adb::{Key, KeyError, Keys};

use crate::Settings;
use crate::replace::{Gate, create};

/// Where the key is looked for, and made.
#[derive(Clone, Debug)]
pub struct AdbKeys {
    own: PathBuf,
    /// adb's own; it is read and never written.
    adbs: PathBuf,
}

impl AdbKeys {
    /// The key of this computer's user. None when the system names no home.
    pub fn of_user() -> Option<Self> {
        let home = directories::BaseDirs::new()?;
        Some(Self {
            own: Settings::file()?.with_file_name("adbkey"),
            adbs: home.home_dir().join(".android").join("adbkey"),
        })
    }

    fn obtain_through(&self, gate: Gate<'_>) -> Result<Key, KeyError> {
        if let Some(key) = self.known()? {
            return Ok(key);
        }
        let made = Key::generate()?;
        match create(&self.own, &made.to_pem()?, gate) {
            Ok(()) => Ok(made),
            // Another program was first; two keys would be one too many.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                read(&self.own)?.ok_or(KeyError::Io(error))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Ours first: once made, it is the one that phones were shown.
impl Keys for AdbKeys {
    fn known(&self) -> Result<Option<Key>, KeyError> {
        if let Some(own) = read(&self.own)? {
            return Ok(Some(own));
        }
        Ok(read(&self.adbs).unwrap_or_else(|error| {
            tracing::debug!(%error, "adb's own key is of no use to us");
            None
        }))
    }

    fn obtain(&self) -> Result<Key, KeyError> {
        self.obtain_through(&|| Ok(()))
    }
}

/// None where there is no such file.
fn read(path: &Path) -> Result<Option<Key>, KeyError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Key::from_pem(&text).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(KeyError::NotOne),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;

    use super::*;

    fn at(folder: &Path) -> AdbKeys {
        AdbKeys {
            own: folder.join("config/sidekeep/adbkey"),
            adbs: folder.join(".android/adbkey"),
        }
    }

    fn pem(key: &Key) -> String {
        key.to_pem().unwrap()
    }

    #[test]
    fn one_key_is_made_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let keys = at(folder.path());
        assert!(keys.known().unwrap().is_none());
        assert!(!keys.own.exists(), "looking makes none");
        let key = keys.obtain().unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&keys.own).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let again = at(folder.path());
        assert_eq!(pem(&again.obtain().unwrap()), pem(&key));
        assert_eq!(pem(&again.known().unwrap().unwrap()), pem(&key));
    }

    #[test]
    fn adbs_own_key_serves_until_there_is_ours() {
        let folder = tempfile::tempdir().unwrap();
        let keys = at(folder.path());
        fs::create_dir_all(keys.adbs.parent().unwrap()).unwrap();
        fs::write(&keys.adbs, "no key").unwrap();
        assert!(keys.known().unwrap().is_none(), "what is of no use is as none");
        let theirs = Key::generate().unwrap();
        fs::write(&keys.adbs, pem(&theirs)).unwrap();
        assert_eq!(pem(&keys.obtain().unwrap()), pem(&theirs));
        assert!(!keys.own.exists());

        let ours = Key::generate().unwrap();
        create(&keys.own, &pem(&ours), &|| Ok(())).unwrap();
        assert_eq!(pem(&keys.obtain().unwrap()), pem(&ours));
    }

    #[test]
    fn a_key_that_cannot_be_read_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let keys = at(folder.path());
        create(&keys.own, "torn", &|| Ok(())).unwrap();
        for outcome in [keys.known().map(drop), keys.obtain().map(drop)] {
            assert!(matches!(outcome, Err(KeyError::NotOne)), "{outcome:?}");
        }
        assert_eq!(fs::read_to_string(&keys.own).unwrap(), "torn");
    }

    #[test]
    fn programs_at_once_have_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let made: Vec<String> = std::thread::scope(|scope| {
            let obtain = || pem(&at(folder.path()).obtain().unwrap());
            let programs: Vec<_> = (0..4).map(|_| scope.spawn(obtain)).collect();
            programs.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(made.iter().all(|one| *one == made[0]));
        let folder = folder.path().join("config/sidekeep");
        assert_eq!(
            fs::read_dir(folder).unwrap().count(),
            1,
            "nothing is left beside it"
        );
    }

    /// The fault loop: whichever operation fails, there is the whole key or none, and it is made with the next try.
    #[test]
    fn a_disk_that_fails_leaves_the_key_or_none() {
        for nth in 1.. {
            let folder = tempfile::tempdir().unwrap();
            let keys = at(folder.path());
            let asked = Cell::new(0);
            let gate = || {
                asked.set(asked.get() + 1);
                match asked.get() == nth {
                    true => Err(io::Error::other("fault")),
                    false => Ok(()),
                }
            };
            let failed = keys.obtain_through(&gate);
            if asked.get() < nth {
                assert!(failed.is_ok() && nth > 4, "{nth}");
                break;
            }
            assert!(matches!(failed, Err(KeyError::Io(_))), "{nth}: {failed:?}");
            let there = keys.known().unwrap().map(|key| pem(&key));
            let then = pem(&keys.obtain().unwrap());
            assert!(there.is_none_or(|there| there == then), "{nth}");
        }
    }
}
