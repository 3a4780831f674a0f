//! What a device says of itself when it connects.

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
}
