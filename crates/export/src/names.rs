//! File names for what has only a name on the phone. The archive's own rules make them safe.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use sidekeep_archive::{clash_key, nth_name, safe_name};

/// The names given in one folder so far. No two of them are the same to any file system.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// A name of its own for `name` with `ending` (with its dot): `name.vcf`, `name (2).vcf`, …
    pub(crate) fn give(&mut self, folder: &Path, name: &str, ending: &str) -> PathBuf {
        let name = name.trim();
        let whole = safe_name(&format!("{}{ending}", if name.is_empty() { "_" } else { name }));
        let mut nth = 1;
        loop {
            let candidate = nth_name(&whole, nth);
            if self.taken.insert(clash_key(&candidate)) {
                return folder.join(candidate);
            }
            nth += 1;
        }
    }

    /// Marks a path as given. False when something else has it, or one that some file system takes for it.
    pub(crate) fn reserve(&mut self, path: &str) -> bool {
        self.taken.insert(clash_key(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_and_their_own() {
        let mut names = Names::default();
        let mut give = |name| names.give(Path::new("to"), name, ".vcf").display().to_string();
        assert_eq!(give("Ada"), "to/Ada.vcf");
        assert_eq!(give("ADA"), "to/ADA (2).vcf");
        assert_eq!(give("../../etc"), "to/_._.._etc.vcf");
        assert_eq!(give(""), "to/_.vcf");
        assert_eq!(give("CON"), "to/_CON.vcf");
        assert_eq!(give(&"x".repeat(400)).len(), 3 + 255);
    }
}
