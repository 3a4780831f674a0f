//! A folder as a phone.
