//! Android's numbers for the types of data as vCard types.

/// The number that says that the row has a label of its own.
pub(super) const CUSTOM: &str = "0";

/// TYPE values of a phone number (CommonDataKinds.Phone).
pub(super) fn phone(kind: &str) -> &'static [&'static str] {
    match kind {
        "1" => &["home"],
        "2" => &["cell"],
        "3" => &["work"],
        "4" => &["work", "fax"],
        "5" => &["home", "fax"],
        "6" => &["pager"],
        "8" => &["x-callback"],
        "9" => &["car"],
        "10" => &["work", "main"],
        "11" => &["isdn"],
        "12" => &["main"],
        "13" => &["fax"],
        "14" => &["x-radio"],
        "15" => &["x-telex"],
        "16" => &["textphone"],
        "17" => &["work", "cell"],
        "18" => &["work", "pager"],
        "19" => &["x-assistant"],
        "20" => &["msg"],
        // 7 is "other", and a number that is not known says no more.
        _ => &[],
    }
}

/// TYPE values of an e-mail address, postal address, messenger or SIP address.
pub(super) fn place(kind: &str) -> &'static [&'static str] {
    match kind {
        "1" => &["home"],
        "2" => &["work"],
        "4" => &["cell"],
        _ => &[],
    }
}

/// TYPE values of a nickname.
pub(super) fn nickname(kind: &str) -> &'static [&'static str] {
    match kind {
        "2" => &["x-other"],
        "3" => &["x-maiden"],
        "4" => &["x-short"],
        "5" => &["x-initials"],
        _ => &[],
    }
}

/// TYPE values of an organization.
pub(super) fn organization(kind: &str) -> &'static [&'static str] {
    match kind {
        "1" => &["work"],
        _ => &[],
    }
}

/// TYPE values of a website.
pub(super) fn website(kind: &str) -> &'static [&'static str] {
    match kind {
        "1" => &["x-homepage"],
        "2" => &["x-blog"],
        "3" => &["x-profile"],
        "4" => &["home"],
        "5" => &["work"],
        "6" => &["x-ftp"],
        _ => &[],
    }
}
