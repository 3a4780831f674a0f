//! SHA256SUMS of the originals, in the form that `sha256sum -c` reads.

use crate::disk::Disk;
use crate::error::At;
use crate::{Archive, ArchiveError, layout};

/// Replaces the file.
pub(crate) fn replace(archive: &Archive, disk: &Disk) -> Result<(), ArchiveError> {
    let path = layout::below(&archive.root, layout::SUMS);
    disk.replace(&path, &mut |out| {
        let mut statement = archive
            .index
            .prepare_cached("SELECT original ->> 'sha256', path FROM originals ORDER BY path")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let line = line(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?);
            out.write_all(line.as_bytes()).at(&path)?;
        }
        Ok(())
    })
}

/// One line. A name with a backslash or line break is escaped and marked by a leading backslash (coreutils,
/// "md5sum invocation").
fn line(sum: &str, name: &str) -> String {
    if !name.contains(['\\', '\n', '\r']) {
        return format!("{sum}  {name}\n");
    }
    let name = name
        .replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\r', "\\r");
    format!("\\{sum}  {name}\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn odd_names_are_escaped_as_coreutils_does() {
        for (name, line) in [
            ("Photos/a b.jpg", "0f  Photos/a b.jpg\n"),
            ("a\\b\nc", "\\0f  a\\\\b\\nc\n"),
        ] {
            assert_eq!(super::line("0f", name), line);
        }
    }
}
