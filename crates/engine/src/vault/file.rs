//! Passwords in one file, encrypted by age with a passphrase (<https://age-encryption.org/v1>, in its armoured form), so
//! that the `age` program opens it too. Inside is a JSON object: a source's name and its password. A file that cannot be
//! read is left as it is, and of two programs that write it neither loses what the other keeps.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::iter;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use age::armor::ArmoredReader;
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Identity, scrypt};
use sidekeep_model::SourceName;

use super::{Ask, Passphrase};
use crate::SecretsError;
use crate::replace::replace;

/// Two to this power is the work of one guess at the passphrase: 64 MB of memory, and a quarter of the time that the `age`
/// program asks for, so that a run at which nobody sits stays small.
const WORK: u8 = 16;
/// More work than this is not done for a file, so that a forged one does not take the computer's memory.
const MOST_WORK: u8 = 20;
/// How often somebody may mistype the passphrase.
const TRIES: usize = 3;

type Passwords = BTreeMap<String, String>;

/// The file, and what is known of it once somebody told its passphrase.
pub(super) struct PasswordFile {
    path: PathBuf,
    work: u8,
    known: Mutex<Option<Known>>,
}

struct Known {
    passphrase: SecretString,
    /// What it opened last, sealed and open: opening is slow by design, and a look at all accounts wants every password.
    opened: Option<(Vec<u8>, Passwords)>,
}

impl Known {
    fn only(passphrase: SecretString) -> Self {
        let opened = None;
        Self { passphrase, opened }
    }
}

/// What was read, and what is in it.
struct Opened {
    /// None where there was no file.
    sealed: Option<Vec<u8>>,
    passphrase: SecretString,
    passwords: Passwords,
}

/// Why a file stays shut.
#[derive(Debug, PartialEq, Eq)]
enum Shut {
    /// Another passphrase opens it.
    Passphrase,
    /// It is torn, or no such file.
    Damaged,
}

impl PasswordFile {
    pub(super) fn at(path: PathBuf) -> Self {
        Self {
            path,
            work: WORK,
            known: Mutex::new(None),
        }
    }

    pub(super) fn password(&self, source: &SourceName, ask: &Ask) -> Result<Option<String>, SecretsError> {
        let Some(sealed) = self.read()? else {
            return Ok(None);
        };
        let (_, mut passwords) = self.unseal(&sealed, ask)?;
        Ok(passwords.remove(source.as_str()))
    }

    pub(super) fn keep(&self, source: &SourceName, password: &str, ask: &Ask) -> Result<(), SecretsError> {
        let before = match self.read()? {
            Some(sealed) => self.open(sealed, ask)?,
            None => {
                let new = ask(Passphrase::New).filter(|new| !new.is_empty());
                Opened {
                    sealed: None,
                    passphrase: SecretString::from(new.ok_or(SecretsError::Locked)?),
                    passwords: Passwords::new(),
                }
            }
        };
        let (_lock, mut now) = self.alone(before, ask)?;
        now.passwords
            .insert(source.as_str().to_owned(), password.to_owned());
        self.write(now.passphrase, &now.passwords)
    }

    pub(super) fn forget(&self, source: &SourceName, ask: &Ask) -> Result<bool, SecretsError> {
        let Some(sealed) = self.read()? else {
            return Ok(false);
        };
        let before = self.open(sealed, ask)?;
        let (_lock, mut now) = self.alone(before, ask)?;
        match now.passwords.remove(source.as_str()) {
            Some(_) => self.write(now.passphrase, &now.passwords).map(|()| true),
            None => Ok(false),
        }
    }

    /// What is there while no other program writes it, which lasts as long as the lock. It is opened before, so that the
    /// others do not wait for somebody who types.
    fn alone(&self, before: Opened, ask: &Ask) -> Result<(File, Opened), SecretsError> {
        let lock = self.lock().map_err(|error| self.failed(error))?;
        let sealed = self.read()?;
        let now = match sealed {
            sealed if sealed == before.sealed => before,
            None => Opened {
                sealed: None,
                passwords: Passwords::new(),
                ..before
            },
            Some(sealed) => {
                self.learn(Known::only(before.passphrase));
                self.open(sealed, ask)?
            }
        };
        Ok((lock, now))
    }

    /// On a file beside it, since the file itself is replaced.
    fn lock(&self) -> io::Result<File> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut options = File::options();
        let lock = options
            .create(true)
            .append(true)
            .open(self.path.with_extension("lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    fn open(&self, sealed: Vec<u8>, ask: &Ask) -> Result<Opened, SecretsError> {
        let (passphrase, passwords) = self.unseal(&sealed, ask)?;
        Ok(Opened {
            sealed: Some(sealed),
            passphrase,
            passwords,
        })
    }

    fn read(&self) -> Result<Option<Vec<u8>>, SecretsError> {
        match std::fs::read(&self.path) {
            Ok(sealed) => Ok(Some(sealed)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Opens what was read, with the passphrase that opened it before or with one that is asked for.
    fn unseal(&self, sealed: &[u8], ask: &Ask) -> Result<(SecretString, Passwords), SecretsError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*known
            && let Some((_, passwords)) = known.opened.as_ref().filter(|(was, _)| was == sealed)
        {
            return Ok((known.passphrase.clone(), passwords.clone()));
        }
        let mut asked = iter::once(Passphrase::Known).chain(iter::repeat_n(Passphrase::Again, TRIES - 1));
        let mut passphrase = known.take().map(|known| known.passphrase);
        loop {
            let this = match passphrase.take() {
                Some(this) => this,
                None => match asked.next().and_then(ask) {
                    Some(this) => SecretString::from(this),
                    None => return Err(SecretsError::Locked),
                },
            };
            match unsealed(sealed, this.clone()) {
                Ok(passwords) => {
                    *known = Some(Known {
                        passphrase: this.clone(),
                        opened: Some((sealed.to_vec(), passwords.clone())),
                    });
                    return Ok((this, passwords));
                }
                Err(Shut::Passphrase) => {}
                Err(Shut::Damaged) => return Err(self.failed("it is damaged")),
            }
        }
    }

    fn write(&self, passphrase: SecretString, passwords: &Passwords) -> Result<(), SecretsError> {
        let text = serde_json::to_vec(passwords).map_err(|error| self.failed(error))?;
        let mut recipient = scrypt::Recipient::new(passphrase.clone());
        recipient.set_work_factor(self.work);
        let sealed = age::encrypt_and_armor(&recipient, &text).map_err(|error| self.failed(error))?;
        replace(&self.path, &sealed, &|| Ok(())).map_err(|error| self.failed(error))?;
        self.learn(Known::only(passphrase));
        Ok(())
    }

    fn learn(&self, known: Known) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
    }

    fn failed(&self, cause: impl std::fmt::Display) -> SecretsError {
        SecretsError::Failed(format!("{}: {cause}", self.path.display()))
    }
}

fn unsealed(sealed: &[u8], passphrase: SecretString) -> Result<Passwords, Shut> {
    let mut identity = scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(MOST_WORK);
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(sealed)).map_err(|_| Shut::Damaged)?;
    let opened = decryptor.decrypt(iter::once(&identity as &dyn Identity));
    let mut text = Vec::new();
    opened
        .map_err(|error| match error {
            DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => Shut::Passphrase,
            _ => Shut::Damaged,
        })?
        .read_to_end(&mut text)
        .map_err(|_| Shut::Damaged)?;
    serde_json::from_slice(&text).map_err(|_| Shut::Damaged)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;

    const ADA: &str = "dav+https://ada@example.org/";
    const BOB: &str = "dav+https://bob@example.org/";

    /// Somebody who knows these passphrases, in this order, and what they were asked.
    struct Somebody {
        ask: Box<Ask>,
        asked: Arc<Mutex<Vec<Passphrase>>>,
    }

    fn somebody(knows: &[&str]) -> Somebody {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let knows: Vec<String> = knows.iter().map(ToString::to_string).collect();
        let noted = Arc::clone(&asked);
        let ask = move |what| {
            let mut noted = noted.lock().unwrap();
            noted.push(what);
            knows.get(noted.len() - 1).cloned()
        };
        Somebody {
            ask: Box::new(ask),
            asked,
        }
    }

    impl Somebody {
        fn asked(&self) -> Vec<Passphrase> {
            self.asked.lock().unwrap().clone()
        }
    }

    /// With so little work that a test may guess often.
    fn file(folder: &Path) -> PasswordFile {
        PasswordFile {
            work: 4,
            ..PasswordFile::at(folder.join("sidekeep/passwords.age"))
        }
    }

    /// A file with the passwords of two accounts and the passphrase `open`.
    fn filled(folder: &Path) -> PasswordFile {
        let filled = file(folder);
        let somebody = somebody(&["open"]);
        filled.keep(&ADA.into(), "hers", &somebody.ask).unwrap();
        filled.keep(&BOB.into(), "his", &somebody.ask).unwrap();
        assert_eq!(somebody.asked(), [Passphrase::New], "asked once");
        filled
    }

    #[test]
    fn passwords_are_kept_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let nobody = somebody(&[]);
        let absent = file(folder.path());
        assert_eq!(absent.password(&ADA.into(), &nobody.ask), Ok(None));
        assert_eq!(absent.forget(&ADA.into(), &nobody.ask), Ok(false));
        assert_eq!(nobody.asked(), [], "there is nothing to open");
        assert_eq!(
            absent.keep(&ADA.into(), "x", &nobody.ask),
            Err(SecretsError::Locked)
        );
        let empty = somebody(&[""]);
        assert_eq!(
            absent.keep(&ADA.into(), "x", &empty.ask),
            Err(SecretsError::Locked)
        );
        assert!(!absent.path.exists(), "no passphrase, no file");

        let first = filled(folder.path());
        let text = std::fs::read_to_string(&first.path).unwrap();
        assert!(text.starts_with("-----BEGIN AGE ENCRYPTED FILE-----"), "{text}");
        assert!(
            !["hers", "his", "ada", "open"]
                .iter()
                .any(|word| text.contains(word))
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&first.path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }

        let again = file(folder.path());
        let knowing = somebody(&["open"]);
        assert_eq!(again.password(&ADA.into(), &knowing.ask), Ok(Some("hers".into())));
        again.keep(&ADA.into(), "new", &knowing.ask).unwrap();
        assert_eq!(again.forget(&BOB.into(), &knowing.ask), Ok(true));
        assert_eq!(again.forget(&BOB.into(), &knowing.ask), Ok(false));
        assert_eq!(again.password(&ADA.into(), &knowing.ask), Ok(Some("new".into())));
        assert_eq!(again.password(&BOB.into(), &knowing.ask), Ok(None));
        assert_eq!(knowing.asked(), [Passphrase::Known], "asked once");
        // What another process wrote meanwhile counts.
        assert_eq!(first.password(&BOB.into(), &nobody.ask), Ok(None));
    }

    #[test]
    fn what_two_programs_keep_at_once_is_all_kept() {
        const EACH: usize = 20;
        let folder = tempfile::tempdir().unwrap();
        filled(folder.path());
        let source =
            |program: usize, nth: usize| SourceName(format!("dav+https://{program}-{nth}@example.org/"));
        std::thread::scope(|scope| {
            for program in 0..3 {
                let own = file(folder.path());
                scope.spawn(move || {
                    let somebody = somebody(&["open"]);
                    for nth in 0..EACH {
                        own.keep(&source(program, nth), "x", &somebody.ask).unwrap();
                    }
                    own.forget(&source(program, 0), &somebody.ask).unwrap();
                    assert_eq!(somebody.asked(), [Passphrase::Known]);
                });
            }
        });
        let (all, somebody) = (file(folder.path()), somebody(&["open"]));
        for program in 0..3 {
            for nth in 0..EACH {
                let kept = all.password(&source(program, nth), &somebody.ask).unwrap();
                assert_eq!(kept.is_some(), nth > 0, "{program} {nth}");
            }
        }
    }

    #[test]
    fn only_the_passphrase_opens_it() {
        use Passphrase::{Again, Known};
        let folder = tempfile::tempdir().unwrap();
        let path = filled(folder.path()).path;
        let before = std::fs::read(&path).unwrap();
        let check = |knows: &[&str], asked: &[Passphrase], expected: Result<Option<&str>, SecretsError>| {
            let somebody = somebody(knows);
            let found = file(folder.path()).password(&ADA.into(), &somebody.ask);
            assert_eq!(found, expected.map(|found| found.map(str::to_owned)), "{knows:?}");
            assert_eq!(somebody.asked(), asked, "{knows:?}");
        };
        check(&[], &[Known], Err(SecretsError::Locked));
        check(&["Open"], &[Known, Again], Err(SecretsError::Locked));
        check(&["Open", "", "open"], &[Known, Again, Again], Ok(Some("hers")));
        let all = ["1", "2", "3", "open"];
        check(&all, &[Known, Again, Again], Err(SecretsError::Locked));
        let wrong = file(folder.path());
        assert_eq!(
            wrong.keep(&ADA.into(), "x", &somebody(&all).ask),
            Err(SecretsError::Locked)
        );
        assert_eq!(
            wrong.forget(&ADA.into(), &somebody(&all).ask),
            Err(SecretsError::Locked)
        );
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_torn_file_tells_nothing_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = filled(folder.path()).path;
        let whole = std::fs::read(&path).unwrap();
        let check = |bytes: &[u8], what: &str| {
            std::fs::write(&path, bytes).unwrap();
            let torn = file(folder.path());
            let knowing = || somebody(&["open", "open", "open"]).ask;
            let shut = [
                torn.password(&ADA.into(), &knowing()).map(drop),
                torn.keep(&ADA.into(), "x", &knowing()),
                torn.forget(&ADA.into(), &knowing()).map(drop),
            ];
            for outcome in shut {
                let error = outcome.expect_err(what);
                assert!(!error.to_string().contains("hers"), "{error}");
            }
            assert_eq!(std::fs::read(&path).unwrap(), bytes, "{what}");
        };
        let last = whole.trim_ascii_end().len();
        for length in (0..last).step_by(13).chain([last - 1]) {
            check(&whole[..length], &format!("cut at {length}"));
        }
        for at in (0..last).step_by(17) {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            check(&changed, &format!("changed at {at}"));
        }
        check(b"", "empty");
        check(b"passwords", "no such file");
    }

    #[test]
    fn a_forged_file_does_not_take_the_computer() {
        let passphrase = || SecretString::from("open".to_owned());
        let mut recipient = scrypt::Recipient::new(passphrase());
        recipient.set_work_factor(4);
        let sealed = age::encrypt(&recipient, b"{}").unwrap();
        assert_eq!(unsealed(&sealed, passphrase()), Ok(Passwords::new()));
        let at = sealed.windows(3).position(|part| part == b" 4\n").unwrap();
        let forged = [&sealed[..at], b" 60\n", &sealed[at + 3..]].concat();
        assert_eq!(unsealed(&forged, passphrase()), Err(Shut::Damaged));
    }
}
