//! Which paths of this computer the window may name. Its page shows what a phone held, so it is not trusted with paths of
//! its own: it may use those that the owner pointed at, and show and open what is kept or was written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sidekeep_engine::kind_of_file;
use sidekeep_engine::screen::{Trouble, TroubleKind};

use crate::desk::open;

/// Where an archive keeps what is its own alone.
const INNER: &str = ".sidekeep";

/// Paths that the window has come by rightly since the program began.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    /// Chosen in a dialog of the system, or dropped on the window.
    pointed: Mutex<BTreeSet<PathBuf>>,
    /// Files that exports wrote.
    written: Mutex<BTreeSet<PathBuf>>,
}

impl Reach {
    /// The owner pointed at these.
    pub(crate) fn point_at<'a>(&self, paths: impl IntoIterator<Item = &'a PathBuf>) {
        open(&self.pointed).extend(paths.into_iter().cloned());
    }

    /// An export wrote these files. One that somebody took away meanwhile is no longer there to be opened.
    pub(crate) fn wrote<'a>(&self, files: impl IntoIterator<Item = &'a String>) {
        let real = files
            .into_iter()
            .filter_map(|file| Path::new(file).canonicalize().ok());
        open(&self.written).extend(real);
    }

    /// The owner has pointed at this very path.
    ///
    /// # Errors
    /// `Denied`.
    pub(crate) fn pointed_at(&self, path: &Path) -> Result<(), Trouble> {
        if open(&self.pointed).contains(path) {
            Ok(())
        } else {
            Err(denied(path, String::new()))
        }
    }

    /// The real path of what may be shown in the file manager or dragged out: what is below one of these folders, what an
    /// export wrote, and what the owner pointed at.
    ///
    /// # Errors
    /// `Denied`, also when it is not there.
    pub(crate) fn shown(&self, roots: &[&Path], path: &Path) -> Result<PathBuf, Trouble> {
        let real = real(path)?;
        if within(roots, &real) || open(&self.written).contains(&real) || open(&self.pointed).contains(path) {
            Ok(real)
        } else {
            Err(denied(path, String::new()))
        }
    }

    /// The real path of what may be given to the program that the system has for it: a photo, film, card or calendar by
    /// its name, of the archive at `root` or of an export. Anything else could be a program itself.
    ///
    /// # Errors
    /// `Denied`, also when it is not there.
    pub(crate) fn document(&self, root: &Path, path: &Path) -> Result<PathBuf, Trouble> {
        let real = real(path)?;
        let kept = within(&[root], &real) && !within(&[&root.join(INNER)], &real);
        if (kept || open(&self.written).contains(&real)) && is_document(&real) && real.is_file() {
            Ok(real)
        } else {
            Err(denied(path, String::new()))
        }
    }
}

fn real(path: &Path) -> Result<PathBuf, Trouble> {
    path.canonicalize()
        .map_err(|error| denied(path, error.to_string()))
}

/// Whether a real path is one of these folders or below one, links followed.
fn within(roots: &[&Path], real: &Path) -> bool {
    let below = |root: &&Path| root.canonicalize().is_ok_and(|root| real.starts_with(root));
    roots.iter().any(below)
}

fn is_document(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    kind_of_file(&name).is_some() || ending == "vcf" || ending == "ics"
}

/// The window does not get at this path; `detail` in the words of the system, where it said so.
pub(crate) fn denied(path: &Path, detail: String) -> Trouble {
    Trouble {
        kind: TroubleKind::Denied,
        subject: Some(path.display().to_string()),
        detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the window may do with a path, in the order of the columns below.
    #[derive(Debug, PartialEq, Eq)]
    struct May {
        use_it: bool,
        show: bool,
        open: bool,
    }

    #[test]
    fn what_the_window_may_do_with_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        for file in [
            "archive/Photos/a.JPG",
            "archive/Photos/a.desktop",
            "archive/Contacts/ada.vcf",
            "archive/READ ME.html",
            "archive/.sidekeep/a.jpg",
            "archive too/a.jpg",
            "out/all.vcf",
            "out/other.vcf",
            "chosen/a.jpg",
        ] {
            let file = top.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "x").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(top.join("archive too/a.jpg"), top.join("archive/link.jpg")).unwrap();

        let reach = Reach::default();
        reach.point_at([&top.join("chosen/"), &top.join("out")]);
        reach.wrote([&top.join("out/all.vcf").display().to_string()]);
        let root = top.join("archive");
        let check = |path: &str, use_it, show, open| {
            let path = top.join(path);
            let may = May {
                use_it: reach.pointed_at(&path).is_ok(),
                show: reach.shown(&[&root, &top.join("never made")], &path).is_ok(),
                open: reach.document(&root, &path).is_ok(),
            };
            assert_eq!(may, May { use_it, show, open }, "{}", path.display());
        };
        check("archive", false, true, false);
        check("archive/Photos/a.JPG", false, true, true);
        check("archive/Photos/a.desktop", false, true, false);
        check("archive/Contacts/ada.vcf", false, true, true);
        check("archive/READ ME.html", false, true, false);
        check("archive/.sidekeep/a.jpg", false, true, false);
        check("archive/Photos/gone.jpg", false, false, false);
        check("archive/../archive too/a.jpg", false, false, false);
        check("archive too/a.jpg", false, false, false);
        #[cfg(unix)]
        check("archive/link.jpg", false, false, false);
        check("out", true, true, false);
        check("out/all.vcf", false, true, true);
        check("out/other.vcf", false, false, false);
        check("chosen", true, true, false);
        check("chosen/a.jpg", false, false, false);
        check("", false, false, false);
    }
}
