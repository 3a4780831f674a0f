//! `cargo xtask icons`: the pictures in `icons/`, made from `icons/sidekeep.svg` by Tauri's own tool and in no other way.

use std::path::Path;

use crate::shell::{self, Result, sh};
use crate::test;

/// Width and height in pixels of each picture: those of the hicolor theme that desktops ask for.
pub(crate) const SIZES: [u32; 9] = [16, 22, 24, 32, 48, 64, 128, 256, 512];

/// Makes them anew.
pub(crate) fn icons() -> Result<()> {
    test::pages()?;
    draw(&shell::root().join("icons"))
}

/// Fails when a committed picture is not what the drawing gives.
pub(crate) fn check() -> Result<()> {
    let fresh = shell::fresh_dir("icons")?;
    draw(&fresh)?;
    for size in SIZES {
        let name = format!("{size}x{size}.png");
        if shell::read(&fresh.join(&name))? != shell::read(&shell::root().join("icons").join(&name))? {
            return Err(format!(
                "icons/{name} is not made from icons/sidekeep.svg; run cargo xtask icons"
            ));
        }
    }
    Ok(())
}

fn draw(folder: &Path) -> Result<()> {
    let sizes = SIZES
        .iter()
        .flat_map(|size| ["--png".to_owned(), size.to_string()]);
    sh(shell::tauri()
        .args(["icon", "icons/sidekeep.svg", "--output"])
        .arg(folder)
        .args(sizes))
}
