//! Numbers of PTP (ISO 15740), MTP 1.1 and Android's extension of it, as far as they are used here.

/// Operations (MTP 1.1 appendix D; Android's from AOSP `mtp.h`).
pub(super) mod operation {
    pub(in crate::mtp) const GET_DEVICE_INFO: u16 = 0x1001;
    pub(in crate::mtp) const GET_STORAGE_IDS: u16 = 0x1004;
    pub(in crate::mtp) const GET_STORAGE_INFO: u16 = 0x1005;
    pub(in crate::mtp) const GET_OBJECT_HANDLES: u16 = 0x1007;
    pub(in crate::mtp) const GET_OBJECT_INFO: u16 = 0x1008;
    pub(in crate::mtp) const GET_OBJECT: u16 = 0x1009;
    pub(in crate::mtp) const GET_PARTIAL_OBJECT: u16 = 0x101B;
    pub(in crate::mtp) const GET_OBJECT_PROP_VALUE: u16 = 0x9803;
    pub(in crate::mtp) const GET_OBJECT_PROP_LIST: u16 = 0x9805;
    /// Android's: the offset is two words, low and high.
    pub(in crate::mtp) const GET_PARTIAL_OBJECT_64: u16 = 0x95C1;
}

/// Response codes (MTP 1.1 appendix F).
pub(super) mod response {
    pub(in crate::mtp) const OK: u16 = 0x2001;
    pub(in crate::mtp) const SESSION_NOT_OPEN: u16 = 0x2003;
    pub(in crate::mtp) const INVALID_TRANSACTION_ID: u16 = 0x2004;
    pub(in crate::mtp) const OPERATION_NOT_SUPPORTED: u16 = 0x2005;
    pub(in crate::mtp) const PARAMETER_NOT_SUPPORTED: u16 = 0x2006;
    pub(in crate::mtp) const INVALID_STORAGE_ID: u16 = 0x2008;
    pub(in crate::mtp) const INVALID_OBJECT_HANDLE: u16 = 0x2009;
    #[cfg(test)]
    pub(in crate::mtp) const PROPERTY_NOT_SUPPORTED: u16 = 0x200A;
    pub(in crate::mtp) const ACCESS_DENIED: u16 = 0x200F;
    pub(in crate::mtp) const STORE_NOT_AVAILABLE: u16 = 0x2013;
    pub(in crate::mtp) const DEVICE_BUSY: u16 = 0x2019;
    pub(in crate::mtp) const INVALID_PARENT_OBJECT: u16 = 0x201A;
    pub(in crate::mtp) const GROUP_NOT_SUPPORTED: u16 = 0xA807;
    pub(in crate::mtp) const DEPTH_NOT_SUPPORTED: u16 = 0xA808;
}

/// Object properties (MTP 1.1 appendix B).
pub(super) mod property {
    pub(in crate::mtp) const FORMAT: u16 = 0xDC02;
    pub(in crate::mtp) const SIZE: u16 = 0xDC04;
    pub(in crate::mtp) const FILE_NAME: u16 = 0xDC07;
    pub(in crate::mtp) const DATE_MODIFIED: u16 = 0xDC09;
    pub(in crate::mtp) const PERSISTENT_UID: u16 = 0xDC41;
}

/// Events (MTP 1.1 appendix G).
pub(super) mod event {
    pub(in crate::mtp) const STORE_ADDED: u16 = 0x4004;
    pub(in crate::mtp) const STORE_REMOVED: u16 = 0x4005;
}

/// The format of a folder (MTP 1.1 appendix A).
pub(super) const ASSOCIATION: u16 = 0x3001;
/// As a parent: the root of a storage. As a size: more than fits.
pub(super) const ALL: u32 = 0xFFFF_FFFF;
