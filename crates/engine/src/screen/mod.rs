//! What the desktop's screens show: values ready for a window, each small enough to send whole.
//!
//! These types are the desktop's contract: TypeScript's side of them is generated (`ui/src/ipc/bindings`). They hold
//! kinds, numbers and the phone's own texts, never words for people.

mod account;
mod alike;
mod calendar;
mod export;
mod history;
mod home;
mod kept;
mod opening;
mod pairing;
mod people;
mod photos;
mod restore;
mod running;
mod search;
mod trouble;

pub use account::{AccountCollection, AccountFound, AccountOrder};
pub use calendar::{
    Agenda, AlsoIn, CalendarRow, EntryDetail, Occurrence, Span, TaskRow, calendars, entry, occurrences, tasks,
};
pub(crate) use export::carry_out;
pub use export::{ExportDone, ExportLoss, ExportOrder, ExportWhat, LeftOut, Lost, as_file, preview};
pub use history::{
    ChangeRow, CheckRow, HoldRow, RestoreNote, RunRow, VerdictRow, VersionRow, changes, holds, runs,
};
pub use home::{
    Home, KindRow, LinkKind, PhoneCard, PhoneLink, PhonePart, Safety, home, is_overdue, last_complete, safety,
};
pub use kept::Kept;
pub use opening::{Opening, OpeningState};
pub use pairing::PairingCode;
pub use people::{AlsoThere, People, Person, PersonDetail, fold, person};
pub use photos::{Gallery, PhotoDetail, PhotoFilter, gallery, photo};
pub use restore::{RestoreCollection, RestoreDone, RestoreOrder, RestorePlaces, RestoreRow, RestoreTarget};
pub use running::{Ended, Job, Running, Stage};
pub use search::{Found, search};
pub use trouble::{Trouble, TroubleKind, is_without_password};
