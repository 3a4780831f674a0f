//! What a device says of itself when it connects.

/// How many features of a banner are looked at; real ones name about twenty.
const MAX_FEATURES: usize = 256;

/// The connect string of a device: `device::ro.product.model=…;features=…` (AOSP adb, `get_connection_string`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Banner {
    /// `device`, `recovery`, `sideload`…
    pub state: String,
    /// `ro.product.name`.
    pub product: Option<String>,
    /// `ro.product.model`, as people know it.
    pub model: Option<String>,
    /// `ro.product.device`.
    pub device: Option<String>,
    /// Protocol features such as `shell_v2`.
    pub features: Vec<String>,
}

impl Banner {
    /// Whether the device has a feature.
    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|have| have == feature)
    }

    /// Reads a connect string; whatever is not understood is left out.
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts = text.trim_end_matches('\0').splitn(3, ':');
        let state = parts.next().unwrap_or_default().to_owned();
        let mut banner = Self {
            state,
            ..Self::default()
        };
        for (key, value) in parts
            .nth(1)
            .unwrap_or_default()
            .split(';')
            .filter_map(|p| p.split_once('='))
        {
            let value = || Some(value.to_owned()).filter(|value| !value.is_empty());
            match key {
                "ro.product.name" => banner.product = value(),
                "ro.product.model" => banner.model = value(),
                "ro.product.device" => banner.device = value(),
                "features" => banner.features = features(&value().unwrap_or_default()),
                _ => {}
            }
        }
        banner
    }
}

/// A list of features, as in a banner and in an adb server's answer.
pub(crate) fn features(list: &str) -> Vec<String> {
    list.split(',')
        .filter(|name| !name.is_empty())
        .take(MAX_FEATURES)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banners() {
        let pixel = Banner::parse(
            "device::ro.product.name=shiba;ro.product.model=Pixel 8;ro.product.device=shiba;features=shell_v2,stat_v2\0",
        );
        assert_eq!(pixel.state, "device");
        assert_eq!(pixel.model.as_deref(), Some("Pixel 8"));
        assert_eq!(pixel.product.as_deref(), Some("shiba"));
        assert!(pixel.has("stat_v2") && !pixel.has("stat"));

        let old = Banner::parse("device::ro.product.name=hammerhead;ro.product.model=;");
        assert_eq!((old.model, old.features.len()), (None, 0));

        for odd in ["", "device", "device:", "device::", "::;;==;features=,,,", "\0\0"] {
            assert_eq!(Banner::parse(odd).features, Vec::<String>::new(), "{odd:?}");
        }
    }
}
