//! The stacks among the photos and films that are kept.

use std::collections::HashMap;
use std::ops::ControlFlow;

use chrono::Days;
use rusqlite::Connection;
use sidekeep_model::{ItemId, Kind, Time};

use super::{Role, Shot, stacks};
use crate::index::query::each;
use crate::{ArchiveError, Content, Item, Query, paths};

/// Which photos and films are one thing to look at, now or at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stacks {
    stacks: Vec<Vec<(ItemId, Role)>>,
    places: HashMap<ItemId, usize>,
}

impl Stacks {
    /// The stack that an item is in, the one to show first at the beginning; None where it is by itself.
    pub fn of(&self, id: ItemId) -> Option<&[(ItemId, Role)]> {
        self.stacks.get(*self.places.get(&id)?).map(Vec::as_slice)
    }

    pub(crate) fn read(index: &Connection, query: &Query) -> Result<Self, ArchiveError> {
        let mut items = Vec::new();
        let query = Query {
            kinds: vec![Kind::Photo, Kind::Film],
            limit: None,
            ..query.clone()
        };
        each(index, &query, &mut |item| {
            items.push(Kept::of(item));
            ControlFlow::Continue(())
        })?;
        let shots: Vec<Shot<'_>> = items.iter().map(Kept::shot).collect();
        let mut found = Self::default();
        for stack in stacks(&shots) {
            let members: Vec<(ItemId, Role)> =
                stack.into_iter().map(|(at, role)| (items[at].id, role)).collect();
            found
                .places
                .extend(members.iter().map(|(id, _)| (*id, found.stacks.len())));
            found.stacks.push(members);
        }
        Ok(found)
    }
}

impl Query {
    /// What can be in a stack with this item: what was taken about then by the same phone.
    pub fn around(item: &Item, as_of: Option<Time>) -> Self {
        let wall = match &item.content {
            Content::File(original) => Some(original.taken.wall),
            Content::Payload { .. } => None,
        };
        // Clocks of other zones are less than a day away.
        Self {
            phones: vec![item.phone.clone()],
            since: wall.and_then(|wall| wall.checked_sub_days(Days::new(1))),
            until: wall.and_then(|wall| wall.checked_add_days(Days::new(1))),
            gone: !item.present,
            as_of,
            ..Self::default()
        }
    }
}

/// What of an item says where it belongs.
struct Kept {
    id: ItemId,
    kind: Kind,
    folder: String,
    name: String,
    content: Content,
}

impl Kept {
    fn of(item: Item) -> Self {
        let name = item
            .marks
            .name
            .unwrap_or_else(|| paths::last_part(&item.remote.0).to_owned());
        Self {
            id: item.id,
            kind: item.kind,
            // Photos and films of one folder are two collections of one id.
            folder: format!("{}\n{}", item.phone.0, item.collection.id.0),
            name,
            content: item.content,
        }
    }

    fn shot(&self) -> Shot<'_> {
        let original = match &self.content {
            Content::File(original) => Some(original),
            Content::Payload { .. } => None,
        };
        Shot {
            folder: &self.folder,
            name: &self.name,
            kind: Some(self.kind),
            taken: original.map(|original| &original.taken),
            live: original.and_then(|original| original.facts.live.as_deref()),
            burst: original.and_then(|original| original.facts.burst.as_deref()),
        }
    }
}
