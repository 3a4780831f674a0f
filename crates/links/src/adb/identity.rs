//! Who the phone is. Every answer may be missing; what is left still names it.

use sidekeep_model::{Identity, PhoneId};

use super::content::Shell;
use super::{Banner, quote};
use crate::usb::names_one;
use crate::{ErrorKind, LinkError};

/// Bytes that one answer may have.
const LIMIT: usize = 64 << 10;

/// Asks the phone for its serial, its names and its Android version.
///
/// # Errors
/// When the phone does not answer. That it knows no serial or name is an answer.
pub(super) async fn ask<S: Shell>(shell: &S, banner: &Banner) -> Result<Identity, LinkError> {
    let property = async |name: &str| first_line(shell, &format!("getprop {}", quote(name))).await;
    let setting = async |command: &str| {
        let line = first_line(shell, command).await?;
        Ok(line.filter(|line| line != "null"))
    };
    let (serial, model, version, name, android_id) = tokio::try_join!(
        property("ro.serialno"),
        property("ro.product.model"),
        property("ro.build.version.release"),
        setting("settings get global device_name"),
        setting("settings get secure android_id"),
    )?;
    Ok(identity(serial, model, version, name, android_id, banner))
}

fn identity(
    serial: Option<String>,
    model: Option<String>,
    version: Option<String>,
    name: Option<String>,
    android_id: Option<String>,
    banner: &Banner,
) -> Identity {
    let model = model.or_else(|| banner.model.clone());
    let serial = serial.filter(|serial| names_one(serial));
    let id = serial
        .or(android_id)
        .or_else(|| banner.device.clone())
        .or_else(|| model.clone())
        .unwrap_or_else(|| "unknown".to_owned());
    Identity {
        name: name
            .or_else(|| model.clone())
            .or_else(|| banner.product.clone())
            .unwrap_or_else(|| id.clone()),
        id: PhoneId(format!("android:{id}")),
        model,
        system: version.map(|version| format!("Android {version}")),
    }
}

/// The first line of what a command says, if it says anything.
async fn first_line<S: Shell>(shell: &S, command: &str) -> Result<Option<String>, LinkError> {
    match shell.shell(command, LIMIT).await {
        Ok(output) if output.exit == 0 => {
            let text = String::from_utf8_lossy(&output.stdout);
            let line = text.lines().next().map(str::trim).unwrap_or_default();
            Ok((!line.is_empty()).then(|| line.to_owned()))
        }
        Ok(_) => Ok(None),
        Err(error) if *error.kind() == ErrorKind::Unsupported => Ok(None),
        // Without this answer the phone would be taken for another one.
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_known_names_the_phone() {
        let text = |text: &str| Some(text.to_owned());
        let banner = Banner {
            model: text("Pixel 8"),
            device: text("shiba"),
            ..Banner::default()
        };
        let full = identity(
            text("S1"),
            text("Pixel 8"),
            text("15"),
            text("Ada's phone"),
            None,
            &banner,
        );
        assert_eq!(
            (full.id.as_str(), full.name.as_str(), full.system.as_deref()),
            ("android:S1", "Ada's phone", Some("Android 15"))
        );
        let bare = identity(text("unknown"), None, None, None, None, &banner);
        assert_eq!(
            (bare.id.as_str(), bare.name.as_str()),
            ("android:shiba", "Pixel 8")
        );
        let nothing = identity(None, None, None, None, None, &Banner::default());
        assert_eq!(nothing.id.as_str(), "android:unknown");
    }
}
